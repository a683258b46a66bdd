package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.oracle.OracleOutput;
import io.github.ptcspark.oracle.PtcOracle;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.NoPruning;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import io.github.ptcspark.pruning.PtcPolicy.Fuzzy;
import io.github.ptcspark.pruning.PtcPolicy.Scope;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** The program in fp32 against the formulas in plain Java, on random weights and documents. */
public class ProgramOracleTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);
  private static final double TOLERANCE = 1e-4;

  /** Decisions nearer than this may fall otherwise in 32 bits; such documents are drawn again. */
  private static final double SMALLEST_MARGIN = 1e-4;

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void unprunedEncoder() {
    check(new NoPruning(), Pooling.MEAN);
    check(new NoPruning(), Pooling.CLS_POOLER);
  }

  @Test
  public void pruningOfKeysAndValues() {
    for (Fuzzy fuzzy : Fuzzy.values()) {
      check(new PtcPolicy(0.8, fuzzy, Scope.KEYS_VALUES, 2, 1, 0, 0, 8), Pooling.MEAN);
      check(new PtcPolicy(0.5, fuzzy, Scope.KEYS_VALUES, 3, 1, 0, 0, 2), Pooling.CLS_POOLER);
    }
  }

  @Test
  public void pruningOfTokens() {
    for (Fuzzy fuzzy : Fuzzy.values()) {
      check(new PtcPolicy(0.8, fuzzy, Scope.TOKENS, 2, 1, 0, 0, 8), Pooling.MEAN);
      check(new PtcPolicy(0.5, fuzzy, Scope.TOKENS, 3, 1, 0, 0, 2), Pooling.CLS_POOLER);
    }
  }

  @Test
  public void pruningInSomeLayers() {
    for (Fuzzy fuzzy : Fuzzy.values()) {
      for (Scope scope : Scope.values()) {
        check(new PtcPolicy(0.8, fuzzy, scope, 2, 2, 0, 0, 8), Pooling.MEAN);
        check(new PtcPolicy(0.7, fuzzy, scope, 3, 2, 0, 0, 2), Pooling.CLS_POOLER);
        check(new PtcPolicy(0.9, fuzzy, scope, 2, 3, 0, 0, 2), Pooling.MEAN);
        check(new PtcPolicy(0.8, fuzzy, scope, 2, 2, 4, 3, 4), Pooling.MEAN);
      }
    }
  }

  @Test
  public void pruningAndCombining() {
    for (Fuzzy fuzzy : Fuzzy.values()) {
      for (Scope scope : Scope.values()) {
        check(new PtcPolicy(0.7, fuzzy, scope, 2, 1, 3, 5, 8), Pooling.MEAN);
        check(new PtcPolicy(0.9, fuzzy, scope, 2, 1, 4, 8, 4), Pooling.MEAN);
      }
    }
  }

  @Test
  public void combiningAlone() {
    check(new PtcPolicy(1.0, Fuzzy.OFF, Scope.TOKENS, 2, 1, 2, 4, 8), Pooling.MEAN);
    check(new PtcPolicy(1.0, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 4, 1, 8), Pooling.MEAN);
  }

  private void check(PruningPolicy policy, Pooling pooling) {
    ModelSettings settings = new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE);
    Bundle bundle =
        RandomBundles.bundle(random.nextLong(), SHAPE, List.of("a", "b", "c"), pooling, settings);
    PtcOracle oracle = new PtcOracle(bundle);
    try (LoadedProgram program = LoadedProgram.load(bundle, settings)) {
      for (int length : new int[] {2, 3, 9, 33, 70}) {
        long[] ids = document(bundle, length);
        OracleOutput expected = oracle.run(ids);
        for (int tries = 0; isClose(expected) && tries < 10; tries++) {
          ids = document(bundle, length);
          expected = oracle.run(ids);
        }
        ProgramOutput actual = program.run(List.of(ids));
        String name = "%s, %s tokens".formatted(policy, length);
        assertThat(actual.keptPerLayer(0)).as(name).isEqualTo(expected.keptPerLayer());
        assertThat(actual.combinationTokensUsed(0))
            .as(name)
            .isEqualTo(expected.combinationTokensUsed());
        assertClose(name, actual.logits(0), expected.logits());
        assertClose(name, program.outputs(List.of(ids)), flat(expected.tokens()));
      }
    }
  }

  /** Always so for a document of so few tokens that one of them is the threshold itself. */
  private static boolean isClose(OracleOutput output) {
    return output.pruningMargin() < SMALLEST_MARGIN || output.combiningMargin() < SMALLEST_MARGIN;
  }

  private long[] document(Bundle bundle, int length) {
    long[] ids = new long[length];
    ids[0] = 2;
    for (int i = 1; i < length - 1; i++) {
      ids[i] = 5L + random.nextInt(bundle.config().vocabularySize() - 5);
    }
    ids[length - 1] = 3;
    return ids;
  }

  private static void assertClose(String name, float[] actual, double[] expected) {
    assertThat(actual).as(name).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as(name).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static double[] flat(double[][] rows) {
    List<Double> values = new ArrayList<>();
    for (double[] row : rows) {
      for (double value : row) {
        values.add(value);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
