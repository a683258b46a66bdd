package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.importing.VocabularyTokenizer;
import io.github.ptcspark.testing.RandomBundles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Texts read in small parts have the word pieces that they have in one call. */
public class TextCutsTest {

  private static final int WHOLE = 1 << 20;
  private static final String UNCASED = VocabularyTokenizer.json(RandomBundles.vocabulary());
  private static final String CASED =
      UNCASED
          .replace("\"lowercase\" : true", "\"lowercase\" : false")
          .replace("\"handle_chinese_chars\" : true", "\"handle_chinese_chars\" : false");
  private static final List<String> ADDED =
      List.of(
          "new york", "#", "a.b", ".", "\u00e9t\u00e9 ", " of", "\u6f22", "x\u6f22", "The", "-->");
  private static final List<String> PARTS =
      List.of(
          "the",
          "cat",
          "new york",
          "New  York",
          "new",
          " ",
          "york",
          "#",
          "a.b",
          "a",
          "b",
          ".",
          "_",
          "-->",
          "\u00e9t\u00e9 ",
          "e\u0301te\u0301",
          "\u6f22",
          "x\u6f22y",
          "\u5b57",
          "\ud840\udc00",
          "[SEP]",
          "[sep]",
          "\u2260",
          "\u0301",
          "\u200b",
          "\u00ad",
          "\u0000",
          "\u001c",
          "\u0085",
          "\t",
          "\n",
          "\u00a0",
          "\u3000",
          "\u3002",
          "\u2014",
          "\ud83d\ude00",
          "\u0e01\u0e34",
          "\uac00",
          "THE",
          "of");

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  public void textsInPartsAreReadLikeWholeOnes() {
    int refused = 0;
    int texts = 0;
    for (int round = 0; round < 40; round++) {
      String json = withTokens(round % 2 == 0 ? UNCASED : CASED, random.nextInt(5));
      try (DocumentTokenizer whole = new DocumentTokenizer(json, WHOLE, WHOLE);
          DocumentTokenizer parts = new DocumentTokenizer(json, 8, 40)) {
        for (int i = 0; i < 100; i++) {
          String text = text();
          texts++;
          long[] actual;
          try {
            actual = parts.wordPieces(text);
          } catch (InferenceException e) {
            refused++;
            continue;
          }
          assertThat(actual)
              .as("seed %s, text %s, tokenizer %s", seed, escaped(text), json.substring(0, 2500))
              .containsExactly(whole.wordPieces(text));
        }
      }
    }
    assertThat(refused).as("seed %s", seed).isLessThan(texts / 4);
  }

  @Test
  public void placesAreWhereTheTokenizerSplits() {
    try (DocumentTokenizer whole = new DocumentTokenizer(UNCASED, WHOLE, WHOLE)) {
      long[] a = whole.wordPieces("a");
      long[] b = whole.wordPieces("b");
      TextCuts cuts = new TextCuts(UNCASED);
      List<String> wrong = new ArrayList<>();
      for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
        if (Character.getType(c) == Character.SURROGATE
            || Character.getType(c) == Character.UNASSIGNED) {
          continue;
        }
        String text = "a" + Character.toString(c) + "b";
        long[] ids = whole.wordPieces(text);
        boolean split = ids.length > 1 && ids[0] == a[0] && ids[ids.length - 1] == b[0];
        boolean cut = cuts.next(text, 0, 1) == 1;
        if (cut && !split) {
          wrong.add("cut at U+" + Integer.toHexString(c));
        }
        if (split && cuts.isOneWord(text, 0, text.length())) {
          wrong.add("no word with U+" + Integer.toHexString(c));
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  public void aWordWithoutEndIsUnknownUnlessNothingIsLeftOfIt() {
    String added = withTokens(UNCASED, 0);
    try (DocumentTokenizer parts = new DocumentTokenizer(added, 8, 1000)) {
      long[] unknown = parts.wordPieces("\u00b0");
      long[] cat = parts.wordPieces("cat");
      assertThat(parts.wordPieces("c" + "\u200b".repeat(3000) + "a" + "\u200b".repeat(3000) + "t"))
          .containsExactly(cat);
      assertThat(parts.wordPieces("\u200b".repeat(3000))).isEmpty();
      assertThat(parts.wordPieces("\u200b".repeat(3000) + "x".repeat(2000) + " cat"))
          .containsExactly(unknown[0], cat[0]);
      assertThat(parts.wordPieces("cat." + "y".repeat(2000)))
          .containsExactly(cat[0], parts.wordPieces(".")[0], unknown[0]);
      assertThat(parts.wordPieces("\u2260".repeat(900))).hasSize(900);
      assertThatThrownBy(() -> parts.wordPieces("\u2260".repeat(2000)))
          .isInstanceOf(InferenceException.class)
          .hasMessage("the tokenizer has to read 2000 characters at once, more than 1000");
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(60);
    List<String> few = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(8); i++) {
      few.add(PARTS.get(random.nextInt(PARTS.size())));
    }
    for (int i = 0; i < length; i++) {
      List<String> parts = random.nextInt(4) == 0 ? PARTS : few;
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.toString();
  }

  /** A tokenizer with some of the tokens, under random flags. */
  private String withTokens(String json, int count) {
    List<String> contents = new ArrayList<>(ADDED);
    StringBuilder tokens = new StringBuilder();
    int free = RandomBundles.vocabulary().size();
    for (int i = 0; i < count; i++) {
      String content = contents.remove(random.nextInt(contents.size()));
      int known = RandomBundles.vocabulary().indexOf(content);
      tokens.append(
          ", {\"id\":%s,\"content\":\"%s\",\"single_word\":%s,\"lstrip\":%s,\"rstrip\":%s,\"normalized\":%s,\"special\":false}"
              .formatted(
                  known >= 0 ? known : free++,
                  content,
                  random.nextBoolean(),
                  random.nextBoolean(),
                  random.nextBoolean(),
                  random.nextBoolean()));
    }
    int end = json.indexOf("} ]", json.indexOf("\"added_tokens\"")) + 1;
    return json.substring(0, end) + tokens + json.substring(end);
  }

  private static String escaped(String text) {
    return Arrays.toString(text.codePoints().mapToObj(Integer::toHexString).toArray());
  }
}
