package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.importing.VocabularyTokenizer;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** Where word pieces stand in their text. */
public class WordPieceTest {

  private static final String JSON = VocabularyTokenizer.json(RandomBundles.vocabulary());

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void wordsAreSlicesOfTheTextAsItStands() {
    assertThat(words("The cat\n  sat, on\tTHE house!"))
        .containsExactly("The", "cat", "sat", ",", "on", "THE", "house", "!");
    assertThat(words("\uD83D\uDE00 caf\u00e9\u200b na\u0308ive 中文 a\u0000b"))
        .containsExactly("\uD83D\uDE00", "caf\u00e9", "na\u0308ive", "中", "文", "a\u0000b");
    assertThat(words("<script>the</script>"))
        .containsExactly("<", "script", ">", "the", "<", "/", "script", ">");
    assertThat(words("")).isEmpty();
    assertThat(words("a")).containsExactly("a");
    assertThat(words("cat [SEP] dog")).contains("cat", "dog").element(1).isEqualTo("[SEP]");
  }

  /** A piece of letters that no normaliser changes but for their case is what its slice says. */
  @Test
  public void piecesAreWhatTheirPlacesSay() {
    List<String> vocabulary = RandomBundles.vocabulary();
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(JSON)) {
      for (String text : SampleTexts.topics().subList(0, 20)) {
        long[] ids = tokenizer.wordPieces(text);
        List<WordPiece> spans = tokenizer.spans(text);
        assertThat(spans).hasSize(ids.length);
        for (int i = 0; i < ids.length; i++) {
          String slice = text.substring(spans.get(i).start(), spans.get(i).end());
          String piece = vocabulary.get(Math.toIntExact(ids[i])).replaceFirst("^##(?=.)", "");
          if (slice.matches("[A-Za-z]+") && !piece.equals("[UNK]")) {
            assertThat(slice.toLowerCase(Locale.ROOT)).isEqualTo(piece);
          }
        }
      }
    }
  }

  @Test
  public void placesDoNotDependOnHowALongTextIsCut() {
    List<String> texts = new ArrayList<>(HostileTexts.HOSTILE);
    texts.addAll(SampleTexts.topics().subList(0, 5));
    texts.add("\uD83D\uDE00 the cat \u0301 x".repeat(50));
    try (DocumentTokenizer whole = new DocumentTokenizer(JSON, 1 << 20, 1 << 20);
        DocumentTokenizer parts = new DocumentTokenizer(JSON, 16 + random.nextInt(50), 1 << 20)) {
      for (String text : texts.stream().filter(Objects::nonNull).toList()) {
        List<WordPiece> spans = whole.spans(text);
        assertThat(parts.spans(text)).isEqualTo(spans).hasSize(whole.wordPieces(text).length);
        int before = 0;
        for (WordPiece span : spans) {
          assertThat(span.start()).isBetween(before, span.end());
          assertThat(span.end()).isLessThanOrEqualTo(text.length());
          before = span.start();
        }
      }
    }
  }

  @Test
  public void aWordThatIsTooLongToBeReadIsOneAllTheSame() {
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(JSON, 16, 40)) {
      String text = "the " + "x".repeat(500) + " cat";
      assertThat(tokenizer.wordPieces(text)).hasSize(3);
      assertThat(tokenizer.spans(text))
          .extracting(span -> text.substring(span.start(), span.end()).strip())
          .containsExactly("the", "x".repeat(500), "cat");
    }
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(JSON)) {
      List<WordPiece> spans = tokenizer.spans(text);
      for (int from = 0; from < spans.size(); ) {
        int to = from;
        while (to < spans.size() && spans.get(to).word() == spans.get(from).word()) {
          to++;
        }
        words.add(text.substring(spans.get(from).start(), spans.get(to - 1).end()));
        from = to;
      }
    }
    return words;
  }
}
