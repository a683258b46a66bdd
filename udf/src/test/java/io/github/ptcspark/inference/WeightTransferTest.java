package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;

public class WeightTransferTest {

  @Rule public final Seed seed = new Seed();

  /** Weights of less than a block, of whole blocks, and of blocks and a rest. */
  @Test
  public void theProgramHoldsTheWeightsOfTheBundle() {
    int hidden = 64;
    int rowsOfABlock = WeightTransfer.BLOCK_BYTES / Float.BYTES / hidden;
    for (int positions : new int[] {100, 2 * rowsOfABlock, 2 * rowsOfABlock + 1}) {
      Bundle bundle =
          RandomBundles.bundle(
              seed.value(),
              new EncoderShape(2, hidden, 4, 96),
              positions,
              List.of("a", "b"),
              Pooling.MEAN,
              RandomBundles.PLAIN);
      Map<String, FloatTensor> expected = bundle.weights().tensors();
      assertThat(expected.get(TensorNames.POSITION_EMBEDDINGS).size())
          .isEqualTo(positions * hidden);
      try (TrainingProgram program =
          TrainingProgram.load(bundle, TrainingPrecision.FP32, seed.value())) {
        Map<String, FloatTensor> actual = program.weights().tensors();
        assertThat(actual).containsOnlyKeys(expected.keySet());
        expected.forEach(
            (name, tensor) -> {
              assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
              assertThat(actual.get(name).toArray()).as(name).isEqualTo(tensor.toArray());
            });
      }
    }
  }
}
