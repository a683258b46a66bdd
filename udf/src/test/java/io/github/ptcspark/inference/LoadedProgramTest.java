package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Assume;
import org.junit.Rule;
import org.junit.Test;

public class LoadedProgramTest {

  private static final EncoderShape SHAPE = new EncoderShape(5, 48, 4, 96);
  private static final List<String> LABELS = List.of("a", "b", "c");

  @Rule public final Seed seed = new Seed();

  @Test
  public void packedDocumentsGetWhatEachGetsAlone() {
    for (PruningPolicy policy : policies()) {
      Bundle bundle = bundle(policy, Precision.FP32);
      List<long[]> documents = documents(bundle, 1, 9, 40, 2, 77);
      try (LoadedProgram program = LoadedProgram.load(bundle, bundle.settings())) {
        ProgramOutput together = program.run(documents);
        for (int d = 0; d < documents.size(); d++) {
          ProgramOutput alone = program.run(List.of(documents.get(d)));
          assertThat(together.keptPerLayer(d))
              .as("%s, document %d", policy, d)
              .isEqualTo(alone.keptPerLayer(0));
          assertThat(together.combinationTokensUsed(d)).isEqualTo(alone.combinationTokensUsed(0));
          assertClose(together.logits(d), alone.logits(0), 1e-4);
        }
      }
    }
  }

  @Test
  public void everyArithmeticStaysCloseToFp32() {
    PruningPolicy policy = PruningPolicy.NONE;
    for (EncoderShape shape : List.of(SHAPE, new EncoderShape(4, 312, 12, 600))) {
      Bundle bundle = bundle(shape, policy, Precision.FP32);
      List<long[]> documents = documents(bundle, 9, 40, 77);
      for (Arithmetic arithmetic : Arithmetic.values()) {
        boolean runs = runs(arithmetic);
        try (LoadedProgram exact = LoadedProgram.load(bundle, bundle.settings());
            LoadedProgram rounded =
                runs
                    ? LoadedProgram.load(bundle, bundle.settings(), Placement.CPU, arithmetic)
                    : exact) {
          for (long[] document : documents) {
            float[] expected = exact.run(List.of(document)).logits(0);
            float[] actual = rounded.run(List.of(document)).logits(0);
            assertThat(largestDifference(actual, expected))
                .as("%s, %s", shape, arithmetic)
                .isLessThan(
                    // Twice and more the largest of 120 models, half of which stay below a sixth.
                    switch (arithmetic) {
                      case FP32 -> 1e-6;
                      case BF16, FP16 -> 0.05;
                      case INT8_BY_TOKEN -> 0.15;
                      case INT8_BY_DOCUMENT -> 0.3;
                    });
          }
        }
      }
    }
  }

  /** Numbers that are none must reach the logits, also where only a few of a token's are. */
  @Test
  public void whereALayerOverflowsNoLogitIsANumber() {
    for (String layer : List.of("intermediate.dense", "attention.self.value")) {
      for (int index : new int[] {0, 4}) {
        PruningPolicy policy = Policies.ptc(1.0, Fuzzy.OFF, Scope.TOKENS, 2, 1, 4, 3, 4);
        Bundle bundle = bundle(policy, Precision.FP32);
        String name = TensorNames.weight(TensorNames.layer(index) + "." + layer);
        Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
        FloatTensor sound = tensors.get(name);
        float[] values = sound.toArray();
        for (int i = 0; i < sound.shape()[1]; i++) {
          values[2 * sound.shape()[1] + i] = i % 2 == 0 ? -3e38f : 3e38f;
        }
        tensors.put(name, FloatTensor.of(sound.shape(), values));
        Bundle broken =
            new Bundle(
                bundle.config(),
                bundle.labels(),
                bundle.pooling(),
                bundle.tokenizer(),
                new Weights("broken", tensors),
                bundle.settings(),
                bundle.provenance());
        for (Arithmetic arithmetic : Arithmetic.values()) {
          if (runs(arithmetic) && arithmetic != Arithmetic.FP16) {
            try (LoadedProgram program =
                LoadedProgram.load(broken, broken.settings(), Placement.CPU, arithmetic)) {
              String as = "%s, %s".formatted(name, arithmetic);
              try {
                float[] logits = program.run(documents(broken, 30)).logits(0);
                assertThat(Float.isFinite(logits[0] + logits[1] + logits[2])).as(as).isFalse();
              } catch (EngineException refused) {
                assertThat(refused).as(as).hasMessageContaining("ChooseQuantizationParams");
              }
            }
          }
        }
      }
    }
  }

  /** What a GPU computes, here on the processor: slow, but the same program. */
  @Test
  public void sixteenBitsStayCloseToThirtyTwo() {
    for (PruningPolicy policy : policies()) {
      Bundle bundle = bundle(policy, Precision.FP32);
      ModelSettings half = new ModelSettings(policy, Precision.FP16, LongDocuments.TRUNCATE);
      List<long[]> documents = documents(bundle, 1, 9, 40, 2, 77, 120, 33, 64, 90);
      try (LoadedProgram exact = LoadedProgram.load(bundle, bundle.settings());
          LoadedProgram rounded = LoadedProgram.load(bundle, half)) {
        ProgramOutput expected = exact.run(documents);
        ProgramOutput actual = rounded.run(documents);
        List<Double> errors = new ArrayList<>();
        for (int d = 0; d < documents.size(); d++) {
          String name = "%s, document %s".formatted(policy, d);
          if (!policy.toString().contains("fuzzy=fuzzy")) {
            assertThat(actual.keptPerLayer(d)).as(name).isEqualTo(expected.keptPerLayer(d));
          }
          errors.add(largestDifference(actual.logits(d), expected.logits(d)));
        }
        Collections.sort(errors);
        // Now and then a token that is nearly as important as another is pruned in its place.
        assertThat(errors.get(errors.size() / 2))
            .as("%s, errors %s", policy, errors)
            .isBetween(0.0, 0.02);
        assertThat(rounded.outputs(documents)).doesNotContain(Float.NaN);
      }
    }
  }

  @Test
  public void whereThereIsNoGpuThatIsSaid() {
    Assume.assumeTrue("this machine has a GPU", NativeRuntime.lackOfGpu().isPresent());
    Bundle bundle = bundle(PruningPolicy.NONE, Precision.FP32);
    ModelSettings half =
        new ModelSettings(PruningPolicy.NONE, Precision.FP16, LongDocuments.TRUNCATE);

    assertThatThrownBy(() -> LoadedProgram.load(bundle, half, Placement.gpu(3)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot load the model onto GPU 3: PyTorch finds none here");
  }

  private static boolean runs(Arithmetic arithmetic) {
    return Precisions.lack(arithmetic.precision(), Processor.current()).isEmpty();
  }

  private static double largestDifference(float[] actual, float[] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    }
    return largest;
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  private Bundle bundle(PruningPolicy policy, Precision precision) {
    return bundle(SHAPE, policy, precision);
  }

  private Bundle bundle(EncoderShape shape, PruningPolicy policy, Precision precision) {
    return RandomBundles.bundle(
        seed.value(),
        shape,
        LABELS,
        Pooling.MEAN,
        new ModelSettings(policy, precision, LongDocuments.TRUNCATE));
  }

  private static List<PruningPolicy> policies() {
    return List.of(
        PruningPolicy.NONE,
        Policies.ptc(0.7, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 0, 0, 8),
        Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 0, 0, 8),
        Policies.ptc(0.5, Fuzzy.FUZZY, Scope.KEYS_VALUES, 2, 1, 4, 3, 8),
        Policies.ptc(0.5, Fuzzy.FUZZY, Scope.TOKENS, 3, 1, 4, 3, 4),
        Policies.ptc(0.8, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 2, 1, 5, 8, 8),
        Policies.ptc(1.0, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 8, 8));
  }

  private List<long[]> documents(Bundle bundle, int... lengths) {
    Random random = seed.random();
    List<long[]> documents = new ArrayList<>();
    for (int length : lengths) {
      long[] ids = new long[length + 2];
      ids[0] = 2;
      for (int i = 1; i <= length; i++) {
        ids[i] = 5L + random.nextInt(bundle.config().vocabularySize() - 5);
      }
      ids[length + 1] = 3;
      documents.add(ids);
    }
    return documents;
  }
}
