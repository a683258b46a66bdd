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
import io.github.ptcspark.oracle.OracleOutput;
import io.github.ptcspark.oracle.PolicyOracle;
import io.github.ptcspark.pruning.CostModel;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Methods;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.MethodSettings;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.Serialized;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.Assume;
import org.junit.Rule;
import org.junit.Test;

/** What holds for every method of the list. */
public class AllMethodsTest {

  private static final EncoderShape SHAPE = MethodSettings.SHAPE;
  private static final double TOLERANCE = 1e-4;

  /** Decisions nearer than this may fall otherwise in 32 bits; such documents are drawn again. */
  private static final double SMALLEST_MARGIN = 1e-4;

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void everyMethodHasSettingsToTry() {
    for (Method method : Methods.ALL) {
      List<PruningPolicy> policies = MethodSettings.of(method);
      assertThat(policies)
          .as("%s", method)
          .isNotEmpty()
          .allMatch(
              policy -> policy.steps().stream().anyMatch(step -> step.method().equals(method)));
      if (method.options().stream().anyMatch(option -> option.key().equals("scope"))) {
        assertThat(policies.stream().map(policy -> value(policy, "scope").orElseThrow().toString()))
            .as("%s", method)
            .contains("tokens", "keys-values");
      }
    }
  }

  @Test
  public void everyMethodIsDescribed() {
    for (Method method : Methods.ALL) {
      assertThat(method.summary()).as("%s", method).matches("[A-Z].*\\.");
      assertThat(method.source()).as("%s", method).isNotBlank();
      assertThat(method.options().stream().map(PolicyOption::key).distinct())
          .as("%s", method)
          .hasSameSizeAs(method.options());
      for (PolicyOption<?> option : method.options()) {
        String name = method + " " + option.key();
        assertThat(option.key()).as(name).matches("[a-z]+(-[a-z]+)*");
        assertThat(option.help()).as(name).matches("[A-Z].*\\.");
        assertThat(option.range()).as(name).isNotBlank();
        assertThat(option.standard()).as(name).isNotBlank();
        assertStandardIsReadAndWritten(option);
      }
    }
  }

  @Test
  public void policiesSurviveTextAndSerialisation() {
    for (PruningPolicy policy : MethodSettings.all()) {
      assertThat(PolicyText.complete(policy.toString())).isEqualTo(policy);
      assertThat(PolicyText.complete(policy.toString())).hasToString(policy.toString());
      assertThat(Serialized.copy(policy)).isEqualTo(policy).hasToString(policy.toString());
      assertThat(PolicyText.parse(policy.toString()).toRun(policy, SHAPE)).isEqualTo(policy);
      assertThat(PolicyText.parse(policy.toString()).toTrain(SHAPE)).isEqualTo(policy);
    }
  }

  @Test
  public void theProgramComputesTheFormulas() {
    for (Pooling pooling : Pooling.values()) {
      for (List<PruningPolicy> policies : byTrainedSteps(MethodSettings.all())) {
        if (!poolings(policies.get(0)).contains(pooling)) {
          continue;
        }
        Bundle bundle = bundle(SHAPE, policies.get(0), pooling);
        try (LoadedProgram program =
            LoadedProgram.load(bundle, bundle.settings(), Placement.CPU, policies)) {
          for (PruningPolicy policy : policies) {
            PolicyOracle oracle = new PolicyOracle(bundle, policy);
            for (int length : new int[] {2, 3, 9, 33, 70}) {
              checkOne(policy, bundle, oracle, program, length);
            }
          }
        }
      }
    }
  }

  @Test
  public void theLongestDocumentsAreReadAsTheFormulasSay() {
    for (Method method : Methods.ALL) {
      PruningPolicy policy = MethodSettings.of(method).get(0);
      Bundle bundle = bundle(SHAPE, policy, Pooling.MEAN);
      try (LoadedProgram program = LoadedProgram.load(bundle, bundle.settings())) {
        checkOne(policy, bundle, new PolicyOracle(bundle), program, 512);
      }
    }
  }

  /**
   * Which of equal tokens go is open in 32 bits, and so are counts that hang on equal scores and
   * what equal tokens are merged into.
   */
  @Test
  public void equalTokensDoNotMatter() {
    for (PruningPolicy policy : MethodSettings.few()) {
      Bundle sound = bundle(SHAPE, policy, Pooling.MEAN);
      Bundle placeless = withEqualRows(sound, TensorNames.POSITION_EMBEDDINGS);
      Bundle uniform = withEqualRows(placeless, TensorNames.WORD_EMBEDDINGS);
      for (Bundle bundle : List.of(placeless, uniform)) {
        PolicyOracle oracle = new PolicyOracle(bundle);
        try (LoadedProgram program = LoadedProgram.load(bundle, bundle.settings())) {
          for (int length : new int[] {2, 3, 40}) {
            long[] ids = documentOfFewWords(length);
            String name = "%s, %s tokens".formatted(policy, length);
            OracleOutput expected = oracle.run(ids);
            ProgramOutput actual = checkDecisions(name, policy, program, ids);
            boolean sameCounts = actual.keptPerLayer(0).equals(expected.keptPerLayer());
            if (sameCounts
                && (!merges(program, policy, ids) || expected.margin() >= SMALLEST_MARGIN)) {
              assertClose(name, actual.logits(0), expected.logits());
            } else {
              assertThat(expected.margin()).as(name).isLessThan(SMALLEST_MARGIN);
              for (float logit : actual.logits(0)) {
                assertThat(logit).as(name).isFinite();
              }
            }
          }
        }
      }
    }
  }

  /** The promise that lets documents share a call: neighbours, order and number change no bit. */
  @Test
  public void documentsThatShareACallKeepTheirBits() {
    List<Arithmetic> sharing =
        Stream.of(Arithmetic.INT8_BY_TOKEN, Arithmetic.BF16)
            .filter(
                arithmetic ->
                    Precisions.lack(arithmetic.precision(), Processor.current()).isEmpty())
            .toList();
    Assume.assumeFalse("SKIPPED: no VNNI, no AMX, no AVX-512 BF16", sharing.isEmpty());
    for (EncoderShape shape : List.of(SHAPE, new EncoderShape(4, 312, 12, 600))) {
      int[] lengths = random.ints(24, 2, 60).toArray();
      lengths[3] = 120;
      lengths[7] = lengths[6];
      List<long[]> documents = IntStream.of(lengths).mapToObj(this::document).toList();
      for (List<PruningPolicy> policies : byTrainedSteps(MethodSettings.few())) {
        Bundle bundle = bundle(shape, policies.get(0), Pooling.MEAN);
        for (Arithmetic arithmetic : sharing) {
          ModelSettings settings = bundle.settings().with(arithmetic.precision());
          try (LoadedProgram program =
              LoadedProgram.load(bundle, settings, Placement.CPU, policies)) {
            for (PruningPolicy policy : policies) {
              ProgramOutput together = program.run(documents, policy);
              for (int d = 0; d < documents.size(); d++) {
                ProgramOutput alone = program.run(List.of(documents.get(d)), policy);
                String name = "%s, %s, %s, document %s".formatted(shape, policy, arithmetic, d);
                assertThat(together.logits(d)).as(name).isEqualTo(alone.logits(0));
                assertThat(together.work(d)).as(name).isEqualTo(alone.work(0));
                assertThat(together.combinationTokensUsed(d))
                    .as(name)
                    .isEqualTo(alone.combinationTokensUsed(0));
              }
            }
          }
        }
      }
    }
  }

  /** Policies that one bundle can be loaded for. */
  private static Collection<List<PruningPolicy>> byTrainedSteps(List<PruningPolicy> policies) {
    return policies.stream()
        .collect(
            Collectors.groupingBy(
                policy -> List.of(policy.trained(), policy.tensors(SHAPE)),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private void checkOne(
      PruningPolicy policy, Bundle bundle, PolicyOracle oracle, LoadedProgram program, int length) {
    long[] ids = document(length);
    OracleOutput expected = oracle.run(ids);
    // A document of so few tokens that one of them is the threshold itself is always close.
    for (int tries = 0; expected.margin() < SMALLEST_MARGIN && tries < 10; tries++) {
      ids = document(length);
      expected = oracle.run(ids);
    }
    String name = "%s, %s, %s tokens".formatted(policy, bundle.pooling(), length);
    ProgramOutput actual = checkDecisions(name, policy, program, ids);
    assertThat(actual.keptPerLayer(0)).as(name).isEqualTo(expected.keptPerLayer());
    assertThat(actual.combinationTokensUsed(0))
        .as(name)
        .isEqualTo(expected.combinationTokensUsed());
    assertClose(name, actual.logits(0), expected.logits());
    assertClose(
        name,
        program.outputs(List.of(ids), policy),
        Arrays.stream(expected.tokens()).flatMapToDouble(Arrays::stream).toArray());
    assertThat(new CostModel(SHAPE, policy).flops(actual.work(0)))
        .as(name)
        .isEqualTo(expected.flops());
  }

  /** [CLS], [SEP] and the order stay, and no document falls below its minimum. */
  private static ProgramOutput checkDecisions(
      String name, PruningPolicy policy, LoadedProgram program, long[] ids) {
    int minimum = (int) value(policy, "minimum-tokens").orElse(2);
    List<Decision> decisions = new ArrayList<>();
    ProgramOutput output = program.run(ids, decisions, policy);
    int kept = ids.length;
    for (Decision decision : decisions) {
      if (decision.kind() != Decision.Kind.COMBINED) {
        assertThat(decision.places()).as(name).startsWith(0).endsWith(kept - 1);
        assertThat(decision.places()).as(name).isSorted().doesNotHaveDuplicates();
        kept = decision.places().size();
        assertThat(kept).as(name).isGreaterThanOrEqualTo(Math.min(minimum, ids.length));
      }
    }
    int lastWordLayer = policy.lastWordLayer(SHAPE.layers());
    assertThat(output.keptPerLayer(0).subList(0, lastWordLayer))
        .as(name)
        .allMatch(tokens -> tokens >= Math.min(minimum, ids.length) && tokens <= ids.length);
    assertThat(program.run(List.of(ids), policy).logits(0)).as(name).isEqualTo(output.logits(0));
    return output;
  }

  private static boolean merges(LoadedProgram program, PruningPolicy policy, long[] ids) {
    List<Decision> decisions = new ArrayList<>();
    program.run(ids, decisions, policy);
    return decisions.stream().anyMatch(decision -> decision.kind() == Decision.Kind.MERGED);
  }

  private static <T> void assertStandardIsReadAndWritten(PolicyOption<T> option) {
    T standard = option.standard(SHAPE);
    assertThat(option.read(option.write(standard))).as(option.key()).isEqualTo(standard);
  }

  private static Optional<Object> value(PruningPolicy policy, String key) {
    return policy.values().options().stream()
        .filter(option -> option.key().equals(key))
        .map(option -> (Object) policy.values().get(option))
        .findFirst();
  }

  /** [CLS] can be read only where it is left. */
  private static List<Pooling> poolings(PruningPolicy policy) {
    return policy.combination().isPresent() ? List.of(Pooling.MEAN) : List.of(Pooling.values());
  }

  private Bundle bundle(EncoderShape shape, PruningPolicy policy, Pooling pooling) {
    return RandomBundles.bundle(
        random.nextLong(),
        shape,
        List.of("a", "b", "c"),
        pooling,
        new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE));
  }

  /** The same model with the first row of an embedding in place of all others. */
  private static Bundle withEqualRows(Bundle bundle, String name) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    FloatTensor rows = tensors.get(name);
    float[] values = rows.toArray();
    int hidden = rows.shape()[1];
    for (int at = hidden; at < values.length; at += hidden) {
      System.arraycopy(values, 0, values, at, hidden);
    }
    tensors.put(name, FloatTensor.of(rows.shape(), values));
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        new Weights("equal rows", tensors),
        bundle.settings(),
        bundle.provenance());
  }

  private long[] document(int length) {
    return document(length, RandomBundles.vocabulary().size());
  }

  private long[] documentOfFewWords(int length) {
    return document(length, 5 + 4);
  }

  private long[] document(int length, int vocabulary) {
    long[] ids = random.longs(length, 5, vocabulary).toArray();
    ids[0] = 2;
    ids[length - 1] = 3;
    return ids;
  }

  private static void assertClose(String name, float[] actual, double[] expected) {
    assertThat(actual).as(name).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as(name).isCloseTo(expected[i], within(TOLERANCE));
    }
  }
}
