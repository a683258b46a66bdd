package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.oracle.BertOracle;
import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.PredictedSaliency;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.MethodSettings;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class TrainingProgramTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);
  private static final List<String> LABELS = List.of("a", "b", "c");
  private static final String BIAS = TensorNames.bias(TensorNames.CLASSIFIER);
  private static final StepSettings GENTLE = new StepSettings(1e-4, 0, 1e9, 0);

  private static final PruningPolicy KEYS_VALUES =
      Policies.ptc(0.7, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 0, 0, 8);
  private static final PruningPolicy TOKENS =
      Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 0, 0, 8);
  private static final PruningPolicy SOME_LAYERS =
      Policies.ptc(0.8, Fuzzy.OFF, Scope.TOKENS, 2, 2, 0, 0, 8);
  private static final PruningPolicy COMBINING =
      Policies.ptc(0.8, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 2, 1, 3, 4, 8);
  private static final PruningPolicy COMBINING_KEYS_VALUES =
      Policies.ptc(0.8, Fuzzy.FUZZY, Scope.KEYS_VALUES, 2, 1, 3, 4, 8);

  private static final PruningPolicy SALIENCY = PolicyText.complete("saliency(threshold=0.9)");
  private static final PruningPolicy LINEAR = PolicyText.complete("linear(layer=3, tokens=4)");

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void theLossIsTheMeanCrossEntropyOfWhatInferenceSays() {
    for (PruningPolicy policy : MethodSettings.few()) {
      if (policy.combination().isPresent()) {
        continue; // draws noise in training
      }
      Bundle bundle = bundle(policy, Pooling.CLS_POOLER);
      List<long[]> documents = documents(3, 12, 30, 8);
      int[] labels = {0, 2, 1, 2};
      try (TrainingProgram program =
          TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
        double expected = loss(program.run(documents), labels);
        assertThat((double) program.step(documents, labels, GENTLE))
            .as("%s", policy)
            .isCloseTo(expected, within(1e-4));
      }
    }
  }

  /** AdamW's first step is the rate against the sign of the gradient: m / sqrt(v) = g / |g|. */
  @Test
  public void theFirstStepGoesAgainstTheGradientOfTheLoss() {
    for (PruningPolicy policy : List.of(PruningPolicy.NONE, KEYS_VALUES, TOKENS, SOME_LAYERS)) {
      Bundle bundle = bundle(policy, Pooling.MEAN);
      List<long[]> documents = documents(12, 30, 8);
      int[] labels = {0, 2, 1};
      Weights stepped;
      try (TrainingProgram program =
          TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
        program.step(documents, labels, GENTLE);
        stepped = program.weights();
      }
      int checked = 0;
      List<String> names = new ArrayList<>(bundle.weights().tensors().keySet());
      Collections.shuffle(names, random);
      for (String name : names.subList(0, 12)) {
        float[] before = bundle.weights().tensors().get(name).toArray();
        float[] after = stepped.tensors().get(name).toArray();
        int place = random.nextInt(before.length);
        double gradient = slope(bundle, name, place, 1e-2, documents, labels);
        double nearer = slope(bundle, name, place, 5e-3, documents, labels);
        // The loss jumps where another token is pruned; there the two differ.
        boolean smooth = Math.abs(gradient - nearer) < 0.2 * Math.abs(gradient);
        if (Math.abs(gradient) > 1e-2 && smooth) {
          checked++;
          assertThat((double) after[place] - before[place])
              .as("%s[%d], %s", name, place, policy)
              .isCloseTo(-Math.signum(gradient) * GENTLE.rate(), within(1e-5));
        }
      }
      assertThat(checked).isPositive();
    }
  }

  /**
   * The gradient of the classifier's bias is the mean of softmax minus target, so AdamW's course
   * can be followed from the outside.
   */
  @Test
  public void theBiasOfTheClassifierFollowsAdamW() {
    Bundle bundle = bundle(TOKENS, Pooling.MEAN);
    List<long[]> documents = documents(12, 30, 8);
    int[] labels = {0, 2, 1};
    double[] bias = values(bundle.weights(), BIAS);
    double[] first = new double[LABELS.size()];
    double[] second = new double[LABELS.size()];
    try (TrainingProgram program =
        TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
      for (int step = 1; step <= 6; step++) {
        double[] gradient = biasGradient(program.run(documents), labels);
        double rate = 1e-3 * step;
        program.step(documents, labels, new StepSettings(rate, 0.5, 1e9, 0));
        for (int i = 0; i < bias.length; i++) {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i];
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
          double m = first[i] / (1 - Math.pow(0.9, step));
          double v = second[i] / (1 - Math.pow(0.999, step));
          bias[i] -= rate * m / (Math.sqrt(v) + 1e-8);
        }
        assertThat(values(program.weights(), BIAS))
            .as("step %d", step)
            .containsExactly(bias, within(1e-4));
      }
    }
  }

  @Test
  public void matricesDecayAndBiasesDoNot() {
    Bundle bundle = bundle(KEYS_VALUES, Pooling.MEAN);
    List<long[]> documents = documents(12, 30);
    Weights plain = stepped(bundle, documents, new StepSettings(1e-3, 0, 1e9, 0));
    Weights decayed = stepped(bundle, documents, new StepSettings(1e-3, 20, 1e9, 0));
    String matrix = TensorNames.weight(TensorNames.layer(1) + ".output.dense");
    double[] start = values(bundle.weights(), matrix);
    double[] expected = values(plain, matrix);
    for (int i = 0; i < start.length; i++) {
      expected[i] -= 1e-3 * 20 * start[i];
    }
    assertThat(values(decayed, matrix)).containsExactly(expected, within(1e-5));
    assertThat(values(decayed, BIAS)).containsExactly(values(plain, BIAS), within(1e-6));
  }

  /** Gradients far below AdamW's epsilon of 1e-8 move a weight by a small part of the rate only. */
  @Test
  public void theGradientIsClippedToTheLargestNorm() {
    Bundle bundle = bundle(KEYS_VALUES, Pooling.MEAN);
    List<long[]> documents = documents(12, 30);
    Weights clipped = stepped(bundle, documents, new StepSettings(1e-3, 0, 1e-10, 0));
    for (String name : bundle.weights().tensors().keySet()) {
      assertThat(values(clipped, name))
          .as(name)
          .containsExactly(values(bundle.weights(), name), within(2e-5));
    }
  }

  @Test
  public void everyTensorLearnsButTheReplacedLayer() {
    for (PruningPolicy policy :
        List.of(
            COMBINING,
            COMBINING_KEYS_VALUES,
            SALIENCY,
            PolicyText.complete(
                "saliency(threshold=0.9, scope=keys-values)"
                    + " + combining(combining-layer=3, combination-tokens=4)"),
            LINEAR)) {
      Bundle bundle = bundle(policy, Pooling.CLS_POOLER);
      for (double dropout : new double[] {0, 0.1}) {
        Weights trained;
        try (TrainingProgram program =
            TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
          for (int step = 0; step < 3; step++) {
            program.step(
                documents(40, 12, 30, 25),
                new int[] {0, 1, 2, 0},
                new StepSettings(1e-3, 0.01, 1, dropout));
          }
          trained = program.weights();
        }
        List<String> still = new ArrayList<>();
        for (Map.Entry<String, FloatTensor> tensor : trained.tensors().entrySet()) {
          FloatTensor before = bundle.weights().tensors().get(tensor.getKey());
          if (before.bytes().equals(tensor.getValue().bytes())) {
            still.add(tensor.getKey());
          }
        }
        // A softmax over keys does not see what is added to all of them alike.
        still.removeIf(name -> name.endsWith("key.bias"));
        assertThat(still).as("%s, dropout %s", policy, dropout).isEmpty();
        int replaced = policy.combination().map(Combination::layer).orElse(0);
        assertThat(trained.tensors().keySet())
            .noneMatch(name -> name.startsWith(TensorNames.layer(replaced - 1)))
            .containsAll(policy.tensors(SHAPE).stream().map(StepTensor::name).toList());
      }
    }
  }

  /**
   * The gradient of their cross-entropy with the shares of the saliencies is {@code sum_j (p_j -
   * s_j) x_j} of every document, in the mean of the documents.
   */
  @Test
  public void scorersLearnTheSaliencies() {
    checkScorers(PolicyText.complete("saliency(threshold=0)"));
  }

  /** Another scope or other layers need them when the model runs. */
  @Test
  public void scorersOfLayersThatDoNotPruneLearnToo() {
    checkScorers(PolicyText.complete("saliency(threshold=1, layers=4)"));
  }

  private void checkScorers(PruningPolicy policy) {
    Bundle bundle = bundle(policy, Pooling.MEAN);
    List<long[]> documents = documents(12, 30, 1);
    int[] labels = {0, 2, 1};
    double[][] gradients = new double[SHAPE.layers() - 1][SHAPE.hidden()];
    double[] scorers = values(bundle.weights(), PredictedSaliency.SCORERS);
    BertOracle oracle = new BertOracle(bundle);
    try (Saliency saliency = Saliency.load(bundle, PruningPolicy.NONE)) {
      for (int d = 0; d < documents.size(); d++) {
        long[] ids = documents.get(d);
        double[] shares = shares(saliency.of(ids, labels[d]));
        double[][] x = oracle.embeddings(ids);
        for (int layer = 1; layer < SHAPE.layers(); layer++) {
          double[] scorer =
              Arrays.copyOfRange(scorers, (layer - 1) * SHAPE.hidden(), layer * SHAPE.hidden());
          double[] predicted = softmax(x, scorer);
          for (int j = 0; j < shares.length; j++) {
            for (int k = 0; k < SHAPE.hidden(); k++) {
              gradients[layer - 1][k] += (predicted[j] - shares[j]) * x[j + 1][k];
            }
          }
          x = oracle.layer(layer, x);
        }
      }
    }
    double[] change =
        change(bundle, TrainingPrecision.FP32, documents, labels, GENTLE)
            .get(PredictedSaliency.SCORERS);
    for (int i = 0; i < change.length; i++) {
      double gradient = gradients[i / SHAPE.hidden()][i % SHAPE.hidden()];
      if (Math.abs(gradient) > 1e-3) {
        assertThat(change[i])
            .as("%d", i)
            .isCloseTo(-Math.signum(gradient) * GENTLE.rate(), within(1e-6));
      }
    }
  }

  /** Of the tokens between [CLS] and [SEP]. */
  private static double[] shares(float[] saliencies) {
    double[] sizes = new double[saliencies.length - 2];
    Arrays.setAll(sizes, j -> Math.abs(saliencies[j + 1]));
    double sum = Arrays.stream(sizes).sum();
    return Arrays.stream(sizes).map(size -> size / sum).toArray();
  }

  private static double[] softmax(double[][] x, double[] scorer) {
    double[] powers = new double[x.length - 2];
    Arrays.setAll(powers, j -> Math.exp(dot(scorer, x[j + 1])));
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }

  @Test
  public void wordsThatNoDocumentHoldsKeepTheirEmbeddings() {
    Bundle bundle = bundle(PruningPolicy.NONE, Pooling.MEAN);
    List<long[]> documents = List.of(new long[] {2, 7, 9, 7, 3}, new long[] {2, 11, 3});
    float[] after;
    try (TrainingProgram program =
        TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
      program.step(documents, new int[] {0, 1}, new StepSettings(1e-3, 0.01, 1, 0));
      after = program.weights().tensors().get(TensorNames.WORD_EMBEDDINGS).toArray();
    }
    float[] before = bundle.weights().tensors().get(TensorNames.WORD_EMBEDDINGS).toArray();
    List<Integer> changed = new ArrayList<>();
    for (int row = 0; row < bundle.config().vocabularySize(); row++) {
      for (int column = 0; column < SHAPE.hidden(); column++) {
        int at = row * SHAPE.hidden() + column;
        if (before[at] != after[at]) {
          changed.add(row);
          break;
        }
      }
    }
    assertThat(changed).containsExactly(2, 3, 7, 9, 11);
  }

  @Test
  public void theSameSeedGivesTheSameWeights() {
    Bundle bundle = bundle(COMBINING, Pooling.MEAN);
    List<long[]> documents = documents(40, 12, 300, 25);
    NativeRuntime.useThreads(2);
    try {
      for (TrainingPrecision precision : TrainingPrecision.values()) {
        List<Weights> runs = new ArrayList<>();
        for (long dropoutSeed : new long[] {1, 1, 2}) {
          try (TrainingProgram program = TrainingProgram.load(bundle, precision, dropoutSeed)) {
            for (int step = 0; step < 5; step++) {
              program.step(documents, new int[] {0, 1, 2, 0}, new StepSettings(1e-3, 0.01, 1, 0.1));
            }
            runs.add(program.weights());
          }
        }
        assertThat(bytes(runs.get(0)).equals(bytes(runs.get(1)))).as("%s", precision).isTrue();
        assertThat(bytes(runs.get(0)).equals(bytes(runs.get(2)))).as("%s", precision).isFalse();
      }
    } finally {
      NativeRuntime.useThreads(1);
    }
  }

  /**
   * Far below its epsilon AdamW's step is the gradient times a constant. A number in bf16 is wrong
   * by 2^-9 at most and by less in the mean, and a gradient passes a dozen products.
   */
  @Test
  public void productsInBf16GiveTheGradientButForItsLastDigits() {
    PruningPolicy keysOfAll = Policies.ptc(0.5, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 0, 0, 512);
    StepSettings settings = new StepSettings(100, 0, 1e-10, 0);
    for (PruningPolicy policy : List.of(PruningPolicy.NONE, keysOfAll)) {
      Bundle bundle = bundle(policy, Pooling.CLS_POOLER);
      List<long[]> documents = documents(40, 12, 30, 25);
      int[] labels = {0, 2, 1, 0};
      Map<String, double[]> exact =
          change(bundle, TrainingPrecision.FP32, documents, labels, settings);
      Map<String, double[]> rounded =
          change(bundle, TrainingPrecision.BF16, documents, labels, settings);
      double all = Math.sqrt(exact.values().stream().mapToDouble(t -> dot(t, t)).sum());
      int compared = 0;
      for (String name : exact.keySet()) {
        double[] change = exact.get(name);
        double norm = Math.sqrt(dot(change, change));
        if (norm > 1e-2 * all) {
          compared++;
          double error = distance(change, rounded.get(name)) / norm;
          assertThat(error).as("%s, %s", name, policy).isGreaterThan(0).isLessThan(0.05);
        }
      }
      assertThat(compared).isGreaterThan(10);
    }
  }

  /** In bf16 two neighbours of a weight of 0.05 are 2.4e-4 apart. */
  @Test
  public void weightsKeepTheirDigitsWhereProductsHaveFew() {
    Bundle bundle = bundle(PruningPolicy.NONE, Pooling.MEAN);
    String matrix = TensorNames.weight(TensorNames.layer(1) + ".output.dense");
    double[] change =
        change(
                bundle,
                TrainingPrecision.BF16,
                documents(12, 30, 8),
                new int[] {0, 2, 1},
                new StepSettings(1e-5, 0, 1e9, 0))
            .get(matrix);
    double[] sizes = Arrays.stream(change).map(Math::abs).toArray();
    assertThat(sizes).doesNotContain(0);
    assertThat(Arrays.stream(sizes).average().orElseThrow()).isCloseTo(1e-5, within(1e-6));
  }

  @Test
  public void bf16LearnsUnderEveryPolicy() {
    for (PruningPolicy policy :
        List.of(KEYS_VALUES, TOKENS, COMBINING, COMBINING_KEYS_VALUES, SALIENCY, LINEAR)) {
      Bundle bundle = bundle(policy, Pooling.MEAN);
      List<long[]> documents = documents(40, 12, 30, 25);
      int[] labels = {0, 1, 2, 0};
      try (TrainingProgram program =
          TrainingProgram.load(bundle, TrainingPrecision.BF16, seed.value())) {
        double before = loss(program.run(documents), labels);
        for (int step = 0; step < 20; step++) {
          program.step(documents, labels, new StepSettings(2e-3, 0.01, 1, 0.1));
        }
        assertThat(loss(program.run(documents), labels)).as("%s", policy).isLessThan(before / 2);
      }
    }
  }

  /** What is dropped of the only document's pooled output gives the classifier no gradient. */
  @Test
  public void dropoutDropsItsShare() {
    Bundle bundle = bundle(PruningPolicy.NONE, Pooling.MEAN);
    String classifier = TensorNames.weight(TensorNames.CLASSIFIER);
    for (double share : new double[] {0.1, 0.25, 0.5}) {
      int dropped = 0;
      int all = 0;
      for (int run = 0; run < 50; run++) {
        try (TrainingProgram program =
            TrainingProgram.load(bundle, TrainingPrecision.FP32, random.nextLong())) {
          program.step(documents(9), new int[] {0}, new StepSettings(1e-3, 0, 1e9, share));
          double[] before = values(bundle.weights(), classifier);
          double[] after = values(program.weights(), classifier);
          for (int i = 0; i < before.length / LABELS.size(); i++) {
            all++;
            dropped += before[i] == after[i] ? 1 : 0;
          }
        }
      }
      double deviation = Math.sqrt(share * (1 - share) / all);
      assertThat((double) dropped / all).isCloseTo(share, within(5 * deviation));
    }
  }

  @Test
  public void aCopyOfTheWeightsDoesNotFollowTheTraining() {
    Bundle bundle = bundle(TOKENS, Pooling.MEAN);
    try (TrainingProgram program =
        TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
      Weights before = program.weights();
      program.step(documents(9), new int[] {0}, GENTLE);
      assertThat(bytes(before).equals(bytes(bundle.weights()))).isTrue();
      assertThat(bytes(program.weights()).equals(bytes(before))).isFalse();
    }
  }

  private static Map<String, Object> bytes(Weights weights) {
    Map<String, Object> bytes = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> bytes.put(name, tensor.bytes()));
    return bytes;
  }

  private Weights stepped(Bundle bundle, List<long[]> documents, StepSettings settings) {
    int[] labels = new int[documents.size()];
    try (TrainingProgram program =
        TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
      program.step(documents, labels, settings);
      return program.weights();
    }
  }

  private Map<String, double[]> change(
      Bundle bundle,
      TrainingPrecision precision,
      List<long[]> documents,
      int[] labels,
      StepSettings settings) {
    Map<String, double[]> changes = new LinkedHashMap<>();
    try (TrainingProgram program = TrainingProgram.load(bundle, precision, seed.value())) {
      program.step(documents, labels, settings);
      Weights after = program.weights();
      for (String name : after.tensors().keySet()) {
        double[] change = values(after, name);
        double[] before = values(bundle.weights(), name);
        for (int i = 0; i < change.length; i++) {
          change[i] -= before[i];
        }
        changes.put(name, change);
      }
    }
    return changes;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double distance(double[] a, double[] b) {
    return Math.sqrt(dot(a, a) - 2 * dot(a, b) + dot(b, b));
  }

  private static double[] values(Weights weights, String name) {
    float[] values = weights.tensors().get(name).toArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static double[] biasGradient(ProgramOutput output, int[] labels) {
    double[] gradient = new double[LABELS.size()];
    for (int d = 0; d < labels.length; d++) {
      float[] logits = output.logits(d);
      double total = 0;
      for (float logit : logits) {
        total += Math.exp(logit);
      }
      for (int i = 0; i < gradient.length; i++) {
        double target = i == labels[d] ? 1 : 0;
        gradient[i] += (Math.exp(logits[i]) / total - target) / labels.length;
      }
    }
    return gradient;
  }

  private static double slope(
      Bundle bundle, String name, int place, double step, List<long[]> documents, int[] labels) {
    return (lossAt(bundle, name, place, step, documents, labels)
            - lossAt(bundle, name, place, -step, documents, labels))
        / (2 * step);
  }

  private static double lossAt(
      Bundle bundle, String name, int place, double change, List<long[]> documents, int[] labels) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    float[] values = tensors.get(name).toArray();
    values[place] += (float) change;
    tensors.put(name, FloatTensor.of(tensors.get(name).shape(), values));
    Bundle changed =
        new Bundle(
            bundle.config(),
            bundle.labels(),
            bundle.pooling(),
            bundle.tokenizer(),
            new Weights("changed", tensors),
            bundle.settings(),
            bundle.provenance());
    try (LoadedProgram program = LoadedProgram.load(changed, bundle.settings())) {
      return loss(program.run(documents), labels);
    }
  }

  private static double loss(ProgramOutput output, int[] labels) {
    double sum = 0;
    for (int d = 0; d < labels.length; d++) {
      float[] logits = output.logits(d);
      double total = 0;
      for (float logit : logits) {
        total += Math.exp(logit);
      }
      sum += Math.log(total) - logits[labels[d]];
    }
    return sum / labels.length;
  }

  private Bundle bundle(PruningPolicy policy, Pooling pooling) {
    return RandomBundles.bundle(
        seed.value(),
        SHAPE,
        LABELS,
        pooling,
        new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE));
  }

  private List<long[]> documents(int... lengths) {
    int vocabulary = RandomBundles.vocabulary().size();
    List<long[]> documents = new ArrayList<>();
    for (int length : lengths) {
      long[] ids = new long[length + 2];
      ids[0] = 2;
      for (int i = 1; i <= length; i++) {
        ids[i] = 5L + random.nextInt(vocabulary - 5);
      }
      ids[length + 1] = 3;
      documents.add(ids);
    }
    return documents;
  }
}
