package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.inference.LoadedProgram;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import java.util.List;
import org.junit.Test;

public class BaselinesTest {

  private static final EncoderShape SHAPE = new EncoderShape(12, 16, 2, 32);
  private static final PruningPolicy COMBINING =
      Policies.ptc(0.9, Fuzzy.OFF, Scope.TOKENS, 2, 1, 2, 4, 8);
  private static final ModelSettings UNPRUNED =
      new ModelSettings(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE);

  @Test
  public void aReplacedLayerGetsTheWeightsOfTheLayerBefore() {
    Bundle trained = trained();
    assertThat(Baselines.lacksLayer(trained)).isTrue();
    Bundle unpruned = Baselines.unpruned(trained);
    assertThat(Baselines.lacksLayer(unpruned)).isFalse();
    String output = "output.dense.weight";
    assertThat(unpruned.weights().tensors().get("bert.encoder.layer.1." + output))
        .isSameAs(trained.weights().tensors().get("bert.encoder.layer.0." + output));
    for (int layer : List.of(0, 2, 10, 11)) {
      String name = "bert.encoder.layer." + layer + "." + output;
      assertThat(unpruned.weights().tensors().get(name))
          .isSameAs(trained.weights().tensors().get(name));
    }
    try (LoadedProgram program = LoadedProgram.load(unpruned, UNPRUNED)) {
      assertThat(program.run(List.of(new long[] {2, 30, 31, 3})).keptPerLayer(0)).containsOnly(4);
    }
  }

  @Test
  public void aWholeModelStaysAsItIs() {
    Bundle whole =
        RandomBundles.bundle(1, SHAPE, List.of("a", "b"), Pooling.MEAN, RandomBundles.PLAIN);
    assertThat(Baselines.lacksLayer(whole)).isFalse();
    assertThat(Baselines.unpruned(whole)).isSameAs(whole);
  }

  private static Bundle trained() {
    ModelSettings settings = new ModelSettings(COMBINING, Precision.INT8, LongDocuments.TRUNCATE);
    Bundle bundle = RandomBundles.bundle(1, SHAPE, List.of("a", "b"), Pooling.MEAN, settings);
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        new TensorLayout(bundle.config(), 2, Pooling.MEAN, COMBINING).select(bundle.weights()),
        settings,
        bundle.provenance());
  }
}
