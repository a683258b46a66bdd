package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.MethodSettings;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** Documents whose pruned answer is unsure are read again in full. */
public class EscalationTest {

  private static final String COMBINING = " + combining(combining-layer=3, combination-tokens=4)";

  @Rule public final Seed seed = new Seed();

  @Test
  public void theMarginIsThatOfScaledLogits() {
    Random random = seed.random();
    for (int classes = 1; classes <= 20; classes++) {
      for (double temperature : new double[] {0.3, 1, 1.7, 20}) {
        double[] logits = random.doubles(classes, -4, 4).toArray();
        List<Float> scores = new ArrayList<>();
        for (double score : softmax(logits, 1)) {
          scores.add((float) score);
        }
        List<Double> scaled = new ArrayList<>();
        for (double score : softmax(logits, temperature)) {
          scaled.add(score);
        }
        scaled.sort(Collections.reverseOrder());
        double expected = classes == 1 ? 1 : scaled.get(0) - scaled.get(1);
        double margin = Escalation.margin(scores, temperature);
        assertThat(margin).isCloseTo(expected, within(1e-5));
        if (margin > 0 && margin < 1) {
          assertThat(new Escalation(Math.nextUp(margin), temperature).isUnsure(scores)).isTrue();
          assertThat(new Escalation(margin, temperature).isUnsure(scores)).isFalse();
        }
      }
    }
    assertThat(Escalation.margin(List.of(0.5f, 0.5f), 1)).isZero();
    assertThat(Escalation.margin(List.of(0f, 1f, 0f), 0.2)).isEqualTo(1);
    assertThat(Escalation.margin(List.of(0.6f, 0.4f), 0.0005)).isEqualTo(1);
    assertThat(Escalation.margin(List.of(0.5f, 0.5f), 0.0005)).isZero();
  }

  private static double[] softmax(double[] logits, double temperature) {
    double[] scores = new double[logits.length];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit / temperature);
    }
    for (int i = 0; i < logits.length; i++) {
      scores[i] = Math.exp(logits[i] / temperature) / sum;
    }
    return scores;
  }

  @Test
  public void unsureDocumentsGetTheFullAnswerAndTheOthersKeepTheirOwn() {
    check("first(keep-ratio=0.4, layer=2)", "none");
    check("quantile(min-length=2, quantile=0.6, scope=keys-values, layer=2)", "none");
    check("first(keep-ratio=0.4, layer=2)" + COMBINING, COMBINING.substring(3));
  }

  private void check(String pruned, String unpruned) {
    List<String> texts = SampleTexts.topics().subList(0, 24);
    for (Precision precision : List.of(Precision.FP32, Precision.INT8_BY_TOKEN, Precision.BF16)) {
      if (Precisions.lack(precision, Processor.current()).isPresent()) {
        continue;
      }
      String name = precision + ", " + pruned;
      List<Classification> first = classify(policy(pruned), precision, texts);
      List<Classification> full = classify(policy(unpruned), precision, texts);
      List<Double> margins =
          first.stream().map(answer -> Escalation.margin(answer.scores(), 1.5)).sorted().toList();
      double margin = margins.get(8);
      PruningPolicy escalating =
          policy("%s + escalation(margin=%s, temperature=1.5)".formatted(pruned, margin));
      List<Classification> answers = classify(escalating, precision, texts);
      for (int i = 0; i < texts.size(); i++) {
        Classification answer = answers.get(i);
        boolean unsure = Escalation.margin(first.get(i).scores(), 1.5) < margin;
        assertThat(answer.escalated()).as(name).isEqualTo(unsure);
        Classification expected = unsure ? full.get(i) : first.get(i);
        assertThat(answer.scores()).as(name).isEqualTo(expected.scores());
        assertThat(answer.label()).as(name).isEqualTo(expected.label());
        assertThat(answer.labelId()).as(name).isEqualTo(expected.labelId());
        assertThat(answer.tokensKept()).as(name).isEqualTo(first.get(i).tokensKept());
        assertThat(answer.statistics())
            .as(name)
            .isEqualTo(
                first.get(i).statistics().withMore(unsure ? full.get(i).statistics().flops() : 0));
      }
      assertThat(answers.stream().filter(Classification::escalated).count()).isBetween(4L, 8L);
      try (Classifier classifier = classifier(escalating, precision)) {
        for (int i = 0; i < 5; i++) {
          assertThat(classifier.classify(texts.get(i))).as(name).isEqualTo(answers.get(i));
          assertThat(classifier.trace(texts.get(i)).classification())
              .as(name)
              .isEqualTo(answers.get(i));
        }
      }
    }
  }

  /** The other model has another shape, other weights and its own policy, which does not count. */
  @Test
  public void aFullModelBesideTheOtherAnswersInItsPlace() {
    List<String> texts = SampleTexts.topics().subList(0, 24);
    for (Precision precision : List.of(Precision.FP32, Precision.INT8_BY_TOKEN, Precision.BF16)) {
      if (Precisions.lack(precision, Processor.current()).isPresent()) {
        continue;
      }
      Bundle large =
          RandomBundles.bundle(
              seed.value() + 1,
              new EncoderShape(5, 64, 4, 96),
              TestModel.LABELS,
              Pooling.CLS_POOLER,
              new ModelSettings(
                  policy("first(keep-ratio=0.1)"), Precision.FP32, LongDocuments.TRUNCATE));
      List<Classification> full;
      try (Classifier alone =
          new Classifier(
              large, new ModelSettings(PruningPolicy.NONE, precision, LongDocuments.WINDOWS))) {
        full = alone.classify(texts.stream().map(alone::prepare).toList());
      }
      for (String pruned : List.of("first(keep-ratio=0.4)" + COMBINING, COMBINING.substring(3))) {
        String name = precision + ", " + pruned;
        List<Classification> first = classify(policy(pruned), precision, texts);
        double margin =
            first.stream()
                .map(answer -> Escalation.margin(answer.scores(), 1))
                .sorted()
                .toList()
                .get(8);
        Bundle small = TestModel.beside(bundle(policy(pruned), precision), large);
        PruningPolicy escalating =
            PolicyText.parse("%s + escalation(margin=%s)".formatted(pruned, margin))
                .toRun(policy(pruned), MethodSettings.SHAPE, true);
        ModelSettings settings = new ModelSettings(escalating, precision, LongDocuments.WINDOWS);
        try (Classifier classifier = new Classifier(small, settings)) {
          List<PreparedText> prepared = texts.stream().map(classifier::prepare).toList();
          List<Classification> answers = classifier.classify(prepared);
          int again = 0;
          for (int i = 0; i < texts.size(); i++) {
            boolean unsure = Escalation.margin(first.get(i).scores(), 1) < margin;
            again += unsure ? 1 : 0;
            Classification answer = answers.get(i);
            assertThat(answer.escalated()).as(name).isEqualTo(unsure);
            assertThat(answer.scores()).as(name).isEqualTo((unsure ? full : first).get(i).scores());
            assertThat(answer.statistics())
                .as(name)
                .isEqualTo(
                    first
                        .get(i)
                        .statistics()
                        .withMore(unsure ? full.get(i).statistics().flops() : 0));
            assertThat(classifier.trace(texts.get(i)).classification()).isEqualTo(answer);
          }
          assertThat(again).isBetween(4, 8);
          assertThat(classifier.classifyInFull(prepared)).as(name).isEqualTo(full);
        }
      }
    }
  }

  @Test
  public void whatIsNotLoadedDoesNotReadInFull() {
    try (Classifier classifier = classifier(policy("first(keep-ratio=0.4)"), Precision.FP32)) {
      List<PreparedText> texts = List.of(classifier.prepare("the cat"));
      assertThatThrownBy(() -> classifier.classifyInFull(texts))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot read in full: the model was not loaded for it");
    }
  }

  @Test
  public void whereNothingPrunesNothingEscalates() {
    for (String text : List.of("escalation", "combining + escalation")) {
      PolicyText policy = PolicyText.parse(text);
      assertThatThrownBy(() -> policy.toTrain(MethodSettings.SHAPE))
          .hasMessage(
              "Cannot use policy \"%s\": invalid policy: nothing prunes before escalation, which"
                      .formatted(text)
                  + " reads documents without pruning, and no full model stands beside this one"
                  + " (ptc calibrate --reference)");
    }
  }

  private List<Classification> classify(
      PruningPolicy policy, Precision precision, List<String> texts) {
    try (Classifier classifier = classifier(policy, precision)) {
      return classifier.classify(texts.stream().map(classifier::prepare).toList());
    }
  }

  private Classifier classifier(PruningPolicy policy, Precision precision) {
    Bundle bundle = bundle(policy, precision);
    return new Classifier(bundle, bundle.settings());
  }

  private Bundle bundle(PruningPolicy policy, Precision precision) {
    return RandomBundles.bundle(
        seed.value(),
        MethodSettings.SHAPE,
        TestModel.LABELS,
        Pooling.MEAN,
        new ModelSettings(policy, precision, LongDocuments.WINDOWS));
  }

  private static PruningPolicy policy(String text) {
    return PolicyText.parse(text).toTrain(MethodSettings.SHAPE);
  }
}
