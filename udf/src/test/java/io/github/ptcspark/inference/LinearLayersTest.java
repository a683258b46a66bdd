package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.CostModel;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import org.junit.Test;

public class LinearLayersTest {

  private static final EncoderShape SHAPE = new EncoderShape(3, 32, 4, 64);

  @Test
  public void runsEveryLengthInBothPrecisions() {
    for (Precision precision : Precision.values()) {
      if (precision.isExact() && Precisions.lack(precision, Processor.current()).isPresent()) {
        continue;
      }
      try (LinearLayers layers = LinearLayers.load(SHAPE, 40, precision)) {
        for (int tokens : new int[] {1, 2, 39, 40}) {
          layers.run(tokens);
        }
        assertThatThrownBy(() -> layers.run(41)).isInstanceOf(EngineException.class);
      }
    }
  }

  @Test
  public void isTheWholeCostWithoutTheAttentionItself() {
    try (LinearLayers layers = LinearLayers.load(SHAPE, 40, Precision.FP32)) {
      int tokens = 37;
      // Two products a layer of tokens by tokens by hidden.
      long attention = 3L * 2 * 2 * tokens * tokens * 32;
      assertThat(layers.flops(tokens))
          .isEqualTo(new CostModel(SHAPE, PruningPolicy.NONE).denseFlops(tokens) - attention);
    }
  }
}
