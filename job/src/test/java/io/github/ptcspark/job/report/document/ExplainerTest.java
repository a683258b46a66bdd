package io.github.ptcspark.job.report.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.TracedWindow;
import io.github.ptcspark.inference.WordPiece;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.Step;
import io.github.ptcspark.pruning.methods.Escalating;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.Rule;
import org.junit.Test;

public class ExplainerTest {

  private static final PruningPolicy COMBINING =
      Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 4, 8);
  private static final PruningPolicy KEYS_VALUES =
      Policies.ptc(0.7, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 3, 4, 8);
  private static final PruningPolicy PRUNING =
      Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 0, 0, 8);

  @Rule public final Seed seed = new Seed();

  /** Three words of 1, 3 and 2 pieces between [CLS] and [SEP]. */
  @Test
  public void ofSeveralPiecesTheLastToGoCountsAndSaliencyIsTheirSum() {
    List<WordPiece> pieces =
        List.of(
            new WordPiece(0, 1, 1),
            new WordPiece(2, 3, 2),
            new WordPiece(3, 5, 2),
            new WordPiece(5, 6, 2),
            new WordPiece(7, 8, 3),
            new WordPiece(8, 9, 3));
    TracedWindow window =
        new TracedWindow(
            List.of(2L, 5L, 6L, 7L, 8L, 9L, 10L, 3L),
            List.of(0, 1, 2, 3, 4, 5),
            List.of(3, 1, 1, 3, 2, 1, 2, 3),
            List.of(0, -1, -1, 3, -1, -1, -1, 2));
    float[] saliency = {0.5f, 1, 2, -4, 0.25f, 8, 16, 0};

    List<ReadWord> words = ReadWindow.of("a bcde fg", pieces, window, saliency, 3).words();

    assertThat(words)
        .extracting(ReadWord::text)
        .containsExactly("[CLS]", "a", "bcde", "fg", "[SEP]");
    assertThat(words).extracting(ReadWord::pieces).containsExactly(1, 1, 3, 2, 1);
    assertThat(words).extracting(ReadWord::lastLayer).containsExactly(3, 1, 3, 2, 3);
    assertThat(words).extracting(ReadWord::stayed).containsExactly(true, false, true, false, true);
    assertThat(words)
        .extracting(ReadWord::groups)
        .containsExactly(List.of(1), List.of(), List.of(4), List.of(), List.of(3));
    assertThat(words).extracting(ReadWord::saliency).containsExactly(0.5, 1.0, -1.75, 24.0, 0.0);
  }

  @Test
  public void theTokenThatTookMostPiecesComesFirst() {
    List<WordPiece> pieces =
        List.of(new WordPiece(0, 1, 1), new WordPiece(1, 2, 1), new WordPiece(2, 3, 1));
    TracedWindow window =
        new TracedWindow(
            List.of(2L, 5L, 6L, 7L, 3L),
            List.of(0, 1, 2),
            List.of(2, 2, 2, 2, 2),
            List.of(0, 1, 5, 5, 0));

    ReadWord word = ReadWindow.of("abc", pieces, window, new float[5], 2).words().get(1);

    assertThat(word.groups()).containsExactly(6, 2);
  }

  @Test
  public void stretchesMakeUpTheText() {
    String text = "  The cat,\n\nunlikely as it is,\tsat on the house!  ";
    for (PruningPolicy policy : List.of(PruningPolicy.NONE, PRUNING, COMBINING, KEYS_VALUES)) {
      Explanation explanation = explain(bundle(policy, LongDocuments.TRUNCATE, 512), text);
      List<Segment> segments = explanation.segments(explanation.windows().get(0));
      assertThat(shown(segments)).isEqualTo("[CLS]" + text + "[SEP]");
      assertThat(segments).extracting(Segment::text).contains("unlikely", "sat", ",", "!");
    }
  }

  @Test
  public void whatIsNotReadIsShownAsSuch() {
    String text = "the cat is in the garden and the dog is in the house of the doctor";
    Explanation truncated = explain(bundle(PRUNING, LongDocuments.TRUNCATE, 8), text);
    assertThat(unread(truncated)).containsExactly(" and the dog is in the house of the doctor");
    Explanation headTail = explain(bundle(PRUNING, LongDocuments.HEAD_TAIL, 8), text);
    assertThat(unread(headTail)).hasSize(1);
    assertThat(shown(headTail.segments(headTail.windows().get(0))))
        .isEqualTo("[CLS]" + text + "[SEP]");
    Explanation windows = explain(bundle(PRUNING, LongDocuments.WINDOWS, 8), text);
    assertThat(windows.windows()).hasSizeGreaterThan(2);
    assertThat(unread(windows)).isEmpty();
    assertThat(Sentences.read(truncated)).contains("16 word pieces, of which 6 were read");
    assertThat(Sentences.read(windows)).contains("overlapping windows");
  }

  @Test
  public void withoutPruningIsTheSameModelWithoutPruning() {
    String text = SampleTexts.topics().get(0);
    Bundle bundle = bundle(PRUNING, LongDocuments.TRUNCATE, 128);
    try (Classifier unpruned =
        new Classifier(
            bundle,
            new ModelSettings(PruningPolicy.NONE, Precision.INT8, LongDocuments.TRUNCATE))) {
      assertThat(explain(bundle, text).unpruned()).contains(unpruned.classify(text));
    }
    assertThat(explain(bundle(PruningPolicy.NONE, LongDocuments.TRUNCATE, 128), text).unpruned())
        .isEmpty();
    Explanation combining = explain(bundle(COMBINING, LongDocuments.TRUNCATE, 128), text);
    assertThat(combining.unpruned().orElseThrow().statistics().keptPerLayer())
        .containsExactly(128, 128, 128, 4);
    assertThat(Sentences.unpruned(combining)).contains("still combined at layer 3");
  }

  @Test
  public void ofADocumentThatIsReadAgainBothReadingsAreShown() {
    String text = SampleTexts.topics().get(0);
    Bundle small = bundle(PRUNING, LongDocuments.TRUNCATE, 128);
    Bundle large = bundle(COMBINING, LongDocuments.TRUNCATE, 256);
    List<Step> steps = new ArrayList<>(PRUNING.steps());
    steps.add(new Escalating(new Escalation(1, 1)));
    ModelSettings settings =
        new ModelSettings(new PruningPolicy(steps), Precision.FP32, LongDocuments.TRUNCATE);
    for (Bundle bundle : List.of(small, TestModel.beside(small, large))) {
      boolean alone = bundle.full().isEmpty();
      Explanation explanation = new Explainer("m", "d", bundle, settings).explain("text", text);
      Bundle last = alone ? small : large;
      PruningPolicy unpruned = last.settings().policy().trained();
      try (Classifier first = new Classifier(small, small.settings().with(Precision.FP32));
          Classifier full =
              new Classifier(
                  last, new ModelSettings(unpruned, Precision.FP32, LongDocuments.TRUNCATE))) {
        assertThat(explanation.first()).isEqualTo(first.classify(text));
        assertThat(explanation.classification().scores()).isEqualTo(full.classify(text).scores());
        assertThat(explanation.unpruned()).contains(full.classify(text));
      }
      assertThat(TerminalView.of(explanation, TerminalView.Colours.NONE, 200))
          .contains(
              "read again at full cost", alone ? "pruned, and unpruned" : "here, and in full");
      assertThat(Sentences.unpruned(explanation))
          .contains(alone ? "the same weights with policy none" : "the full model beside this one");
    }
  }

  @Test
  public void aTerminalIsToldInItsWidthWithAndWithoutColours() {
    String text = SampleTexts.topics().get(1);
    for (PruningPolicy policy : List.of(PruningPolicy.NONE, PRUNING, COMBINING, KEYS_VALUES)) {
      Explanation explanation = explain(bundle(policy, LongDocuments.WINDOWS, 64), text);
      for (int width : new int[] {40, 80, 200}) {
        String plain = TerminalView.of(explanation, TerminalView.Colours.NONE, width);
        String colours = TerminalView.of(explanation, TerminalView.Colours.MANY, width);
        assertThat(plain).doesNotContain("\u001b").contains("Words by layer", "Most salient words");
        assertThat(colours).contains("\u001b[38;5;", "As it was read, window 1 of ", "Saliency");
        assertThat(colours.replaceAll("\u001b\\[[0-9;]*m", "").lines())
            .as("%s, %s wide", policy, width)
            .allMatch(line -> Columns.of(line) <= width);
      }
    }
  }

  @Test
  public void everyWordThatWentIsNamedWithoutColoursToo() {
    Explanation explanation =
        explain(bundle(PRUNING, LongDocuments.TRUNCATE, 512), SampleTexts.topics().get(2));
    String view = TerminalView.of(explanation, TerminalView.Colours.NONE, 80);
    int went = 0;
    for (int layer = 1; layer <= 4; layer++) {
      int words = explanation.wentAfter(layer).size();
      went += words;
      if (words > 1) {
        assertThat(view).contains("%s words after it:".formatted(words));
      }
    }
    assertThat(went)
        .isPositive()
        .isEqualTo((int) explanation.words().stream().filter(word -> !word.stayed()).count());
  }

  private static String shown(List<Segment> segments) {
    return segments.stream().map(Segment::text).collect(Collectors.joining());
  }

  private static List<String> unread(Explanation explanation) {
    return explanation.windows().stream()
        .flatMap(window -> explanation.segments(window).stream())
        .filter(segment -> segment.kind() == Segment.Kind.UNREAD)
        .map(Segment::text)
        .toList();
  }

  private static Explanation explain(Bundle bundle, String text) {
    return new Explainer("a model", "0123456789abcdef", bundle, bundle.settings())
        .explain("a document", text);
  }

  private Bundle bundle(PruningPolicy policy, LongDocuments rule, int positions) {
    return RandomBundles.bundle(
        seed.value(),
        new EncoderShape(4, 32, 4, 64),
        positions,
        List.of("a", "b", "c"),
        Pooling.MEAN,
        new ModelSettings(policy, Precision.INT8, rule));
  }
}
