package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Rule;
import org.junit.Test;

public class ClassifierTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 48, 4, 96);
  private static final List<String> LABELS = List.of("a", "b", "c");
  private static final PruningPolicy PTC =
      Policies.ptc(0.8, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 4, 8);

  @Rule public final Seed seed = new Seed();

  @Test
  public void policiesWithAndWithoutTensorsShareAModel() {
    PruningPolicy saliency = PolicyText.complete("saliency(threshold=1)");
    PruningPolicy ratio = PolicyText.complete("ratio(keep-ratio=0.7, fuzzy=off)");
    Bundle bundle = bundle(saliency, Precision.FP32, LongDocuments.TRUNCATE, 128);
    String text = SampleTexts.topics().get(0);
    for (PruningPolicy first : List.of(PruningPolicy.NONE, ratio, saliency)) {
      ModelSettings settings = new ModelSettings(first, Precision.FP32, LongDocuments.TRUNCATE);
      List<PruningPolicy> others = List.of(saliency, PruningPolicy.NONE, ratio);
      try (Classifier shared =
          new Classifier(bundle, settings, Placement.CPU, Alternatives.of(others))) {
        List<PreparedText> texts = List.of(shared.prepare(text));
        for (PruningPolicy policy : others) {
          ModelSettings alone = new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE);
          try (Classifier classifier = new Classifier(bundle, alone)) {
            assertThat(shared.classify(texts, policy))
                .as("%s beside %s", policy, first)
                .containsExactly(classifier.classify(text));
          }
        }
      }
    }
  }

  @Test
  public void noTextsHaveNoLabels() {
    Bundle bundle = bundle(PTC, Precision.INT8, LongDocuments.WINDOWS, 128);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      assertThat(classifier.classify(List.of())).isEmpty();
    }
  }

  @Test
  public void closingWaitsForTextsThatAreBeingRead() throws Exception {
    Bundle bundle = bundle(PTC, Precision.INT8, LongDocuments.WINDOWS, 128);
    Classifier classifier = new Classifier(bundle, bundle.settings());
    String text = SampleTexts.topics().get(0);
    Classification expected = classifier.classify(text);
    CountDownLatch started = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<IllegalStateException>> ends = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ends.add(
          threads.submit(
              () -> {
                while (true) {
                  try {
                    assertThat(classifier.classify(text)).isEqualTo(expected);
                    started.countDown();
                  } catch (IllegalStateException e) {
                    return e;
                  }
                }
              }));
    }
    started.await();
    classifier.close();
    classifier.close();
    for (Future<IllegalStateException> end : ends) {
      assertThat(end.get()).hasMessage("Cannot classify: the model is closed");
    }
    threads.shutdown();
  }

  @Test
  public void aDocumentGetsTheSameBitsWheneverAndInWhicheverThread() throws Exception {
    for (Precision precision : Precision.values()) {
      if (precision.isExact() && Precisions.lack(precision, Processor.current()).isPresent()) {
        continue;
      }
      Bundle bundle = bundle(PTC, precision, LongDocuments.WINDOWS, 128);
      List<String> texts = SampleTexts.topics().subList(0, 40);
      try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
        List<Classification> first = new ArrayList<>();
        for (String text : texts) {
          first.add(classifier.classify(text));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
          order.add(i);
        }
        Collections.shuffle(order, seed.random());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
          List<Future<Classification>> again = new ArrayList<>();
          for (int i : order) {
            again.add(threads.submit(() -> classifier.classify(texts.get(i))));
          }
          for (int i = 0; i < order.size(); i++) {
            assertThat(again.get(i).get()).as("%s", precision).isEqualTo(first.get(order.get(i)));
          }
        } finally {
          threads.shutdown();
        }
      }
    }
  }

  @Test
  public void reportsWhatPruningDid() {
    Bundle bundle = bundle(PTC, Precision.FP32, LongDocuments.TRUNCATE, 512);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      Classification result = classifier.classify("the cat is on the house . ".repeat(5));

      assertThat(result.tokens()).isEqualTo(35);
      assertThat(result.statistics().tokensRead()).isEqualTo(37);
      assertThat(result.statistics().keptPerLayer()).containsExactly(37, 29, 23, 4);
      assertThat(result.tokensKept()).isEqualTo(23);
      assertThat(result.truncated()).isFalse();
      assertThat(result.statistics().windows()).isEqualTo(1);
      assertThat(result.statistics().combinationTokens()).isBetween(1, 4);
      assertThat(result.statistics().cost()).isLessThan(1);
      assertThat(result.scores().stream().mapToDouble(Float::doubleValue).sum())
          .isCloseTo(1, within(1e-6));
      assertThat(result.label()).isEqualTo(LABELS.get(result.labelId()));
      assertThat(result.score()).isEqualTo(Collections.max(result.scores()));
    }
  }

  @Test
  public void keysAndValuesReportTheLastPruningAndNotTheCombinedTokens() {
    PruningPolicy policy = Policies.ptc(0.8, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 3, 4, 8);
    Bundle bundle = bundle(policy, Precision.FP32, LongDocuments.TRUNCATE, 512);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      Classification result = classifier.classify("the cat is on the house . ".repeat(5));

      assertThat(result.statistics().keptPerLayer()).containsExactly(37, 29, 37, 4);
      assertThat(result.tokensKept()).isEqualTo(29);
    }
  }

  @Test
  public void longDocumentsAreTruncatedOrReadInWindows() {
    String text = "the cat is on the house . ".repeat(40);
    for (LongDocuments rule : LongDocuments.values()) {
      Bundle bundle = bundle(PruningPolicy.NONE, Precision.FP32, rule, 64);
      try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
        Classification result = classifier.classify(text);

        assertThat(result.tokens()).isEqualTo(280);
        assertThat(result.truncated()).isEqualTo(rule != LongDocuments.WINDOWS);
        assertThat(result.statistics().windows()).isEqualTo(rule == LongDocuments.WINDOWS ? 6 : 1);
        assertThat(result.statistics().tokensRead()).isEqualTo(64 * result.statistics().windows());
        assertThat(classifier.classify("the cat").truncated()).isFalse();
      }
    }
  }

  @Test
  public void aTextOfManyPiecesIsTokenizedAsAWhole() {
    Bundle bundle = bundle(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE, 64);
    String text = String.join(" ", SampleTexts.topics());
    assertThat(text.length()).isGreaterThan(1 << 17);
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer())) {
      List<Long> parts = new ArrayList<>();
      for (String part : SampleTexts.topics()) {
        for (long id : tokenizer.wordPieces(part)) {
          parts.add(id);
        }
      }
      List<Long> whole = new ArrayList<>();
      for (long id : tokenizer.wordPieces(text)) {
        whole.add(id);
      }
      assertThat(whole).isEqualTo(parts);
    }
  }

  @Test
  public void aTextWithoutWhiteSpaceIsTokenizedAsAWhole() {
    Bundle bundle = bundle(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE, 64);
    int length = 1_200_000;
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer())) {
      assertThat(tokenizer.wordPieces("\u6f22".repeat(length))).hasSize(length);
      assertThat(tokenizer.wordPieces("\ud840\udc00".repeat(length))).hasSize(length);
      assertThat(tokenizer.wordPieces("cat.the,".repeat(length / 8))).hasSize(length / 2);
      long[] unknown = tokenizer.wordPieces("\u6f22");
      long[] cat = tokenizer.wordPieces("cat");
      assertThat(tokenizer.wordPieces("cat " + "x".repeat(length) + " cat" + "\u6f22 cat"))
          .containsExactly(cat[0], unknown[0], cat[0], unknown[0], cat[0]);
      assertThat(tokenizer.wordPieces("x".repeat(length) + "\u6f22cat"))
          .containsExactly(unknown[0], unknown[0], cat[0]);
    }
  }

  @Test
  public void oddTextsGetALabel() {
    Bundle bundle = bundle(PTC, Precision.INT8, LongDocuments.TRUNCATE, 64);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      for (String text :
          List.of("x", "\u0000", "\ud800", "\u200b", "😀😀", "漢字", "a".repeat(70_000))) {
        assertThat(classifier.classify(text).scores()).doesNotContain(Float.NaN);
      }
    }
  }

  @Test
  public void aTokenWithoutEmbeddingIsRefused() {
    try (Classifier classifier = classifier(PTC, 64)) {
      List<PreparedText> texts =
          List.of(new PreparedText("", 1, false, List.of(new long[] {1 << 20})));

      assertThatThrownBy(() -> classifier.classify(texts))
          .isInstanceOf(InferenceException.class)
          .hasMessage("RuntimeError: index out of range in self");
      assertThat(classifier.classify("the cat").label()).isIn(LABELS);
    }
  }

  @Test
  public void aTextWhoseNumbersOverflowIsRefused() {
    Bundle poisoned = TestModel.poisoned(seed.value());
    for (Precision precision : List.of(Precision.INT8, Precision.FP32)) {
      ModelSettings settings =
          new ModelSettings(poisoned.settings().policy(), precision, LongDocuments.TRUNCATE);
      try (Classifier classifier = new Classifier(poisoned, settings)) {
        assertThatThrownBy(() -> classifier.classify("the " + TestModel.POISON))
            .as("%s", precision)
            .isInstanceOf(InferenceException.class);
        assertThat(classifier.classify("the cat").label()).isIn(TestModel.LABELS);
      }
    }
  }

  @Test
  public void aTextThatTheTokenizerRefusesIsRefused() {
    Bundle bundle = bundle(PTC, Precision.FP32, LongDocuments.TRUNCATE, 64);
    String withoutUnknown = bundle.tokenizer().replace("\"[UNK]\" :", "\"[NONE]\" :");
    assertThat(withoutUnknown).isNotEqualTo(bundle.tokenizer());
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(withoutUnknown)) {
      assertThatThrownBy(() -> tokenizer.wordPieces("\u6f22"))
          .isInstanceOf(InferenceException.class)
          .hasMessageStartingWith("the tokenizer refuses the text: WordPiece error: Missing [UNK]");
      assertThat(tokenizer.wordPieces("the cat")).hasSize(2);
    }
  }

  /** The attention of so many tokens wants more bytes than there are addresses. */
  @Test
  public void memoryThatCannotBeHadIsNotTheDocumentsFault() {
    EncoderShape small = new EncoderShape(2, 2, 1, 2);
    int tokens = 9_000_000;
    PruningPolicy policy = Policies.ptc(0.5, Fuzzy.OFF, Scope.TOKENS, 2, 1, 0, 0, 8);
    ModelSettings settings = new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE);
    Bundle bundle =
        RandomBundles.bundle(seed.value(), small, tokens, LABELS, Pooling.MEAN, settings);
    try (Classifier classifier = new Classifier(bundle, settings)) {
      List<PreparedText> texts =
          List.of(new PreparedText("", tokens, false, List.of(new long[tokens])));

      assertThatThrownBy(() -> classifier.classify(texts))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContaining("can't allocate memory");
      assertThat(classifier.classify("the cat").label()).isIn(LABELS);
    }
  }

  @Test
  public void mistakesOfThisProgramAreNotTheDocumentsFault() {
    Classifier classifier = classifier(PTC, 64);
    assertThatThrownBy(() -> classifier.prepare(null))
        .isExactlyInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> classifier.classify(List.of(new PreparedText("", 0, false, null))))
        .isExactlyInstanceOf(NullPointerException.class);
    assertThatThrownBy(
            () ->
                classifier.classify(
                    List.of(new PreparedText("", 65, false, List.of(new long[65])))))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exceeds dimension size");
    classifier.close();
    assertThatThrownBy(() -> classifier.prepare("the cat"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot classify: the model is closed");
  }

  @Test
  public void anEncoderWithoutClassifierIsRefused() {
    Bundle encoder =
        RandomBundles.bundle(seed.value(), SHAPE, List.of(), Pooling.MEAN, RandomBundles.PLAIN);

    assertThatThrownBy(() -> new Classifier(encoder, encoder.settings()))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot classify with this model: it is an encoder without a classifier, train one"
                + " first");
  }

  private Classifier classifier(PruningPolicy policy, int maxPositions) {
    Bundle bundle = bundle(policy, Precision.FP32, LongDocuments.TRUNCATE, maxPositions);
    return new Classifier(bundle, bundle.settings());
  }

  private Bundle bundle(
      PruningPolicy policy, Precision precision, LongDocuments rule, int maxPositions) {
    return RandomBundles.bundle(
        seed.value(),
        SHAPE,
        maxPositions,
        LABELS,
        Pooling.MEAN,
        new ModelSettings(policy, precision, rule));
  }
}
