package io.github.ptcspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.pruning.PtcPolicy.Fuzzy;
import io.github.ptcspark.pruning.PtcPolicy.Scope;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

/** The formulas against a count of every multiply-add, one at a time. */
public class CostModelTest {

  private static final EncoderShape SMALL = new EncoderShape(4, 6, 3, 10);
  private static final EncoderShape BERT_BASE = new EncoderShape(12, 768, 12, 3072);

  @Test
  public void denseEncoderIsCounted() {
    Count count = new Count(SMALL);
    for (int layer = 0; layer < 4; layer++) {
      count.encoderLayer(7, 7);
    }

    CostModel model = new CostModel(SMALL, new NoPruning());

    assertThat(model.denseFlops(7)).isEqualTo(count.flops);
    assertThat(model.flops(List.of(7, 7, 7, 7))).isEqualTo(count.flops);
  }

  @Test
  public void prunedKeysAndValuesSaveTheirProjectionsAndTheAttentionToThem() {
    Count count = new Count(SMALL);
    count.encoderLayer(9, 9);
    count.encoderLayer(9, 8);
    count.encoderLayer(9, 7);
    count.encoderLayer(9, 6);

    assertThat(pruning(SMALL, Scope.KEYS_VALUES).flops(List.of(9, 8, 7, 6))).isEqualTo(count.flops);
  }

  @Test
  public void prunedTokensSaveEverythingAfterTheAttentionThatRankedThem() {
    Count count = new Count(SMALL);
    count.encoderLayer(9, 9, 8);
    count.encoderLayer(8, 8, 7);
    count.encoderLayer(7, 7, 6);
    count.encoderLayer(6, 6, 6);

    assertThat(pruning(SMALL, Scope.TOKENS).flops(List.of(9, 8, 7, 6))).isEqualTo(count.flops);
  }

  @Test
  public void combiningOfPrunedTokensIsCounted() {
    Count count = new Count(SMALL);
    count.encoderLayer(9 + 2, 9 + 2, 8 + 2);
    count.encoderLayer(8 + 2, 8 + 2, 7 + 2);
    count.combiningLayer(7, 2);
    count.encoderLayer(2, 2, 2);

    assertThat(combining(Scope.TOKENS).flops(List.of(9, 8, 7, 2))).isEqualTo(count.flops);
  }

  @Test
  public void combiningOfAllTokensIsCounted() {
    Count count = new Count(SMALL);
    count.encoderLayer(9 + 2, 9 + 2);
    count.encoderLayer(9 + 2, 8 + 2);
    count.combiningLayer(9, 2);
    count.encoderLayer(2, 2);

    assertThat(combining(Scope.KEYS_VALUES).flops(List.of(9, 8, 9, 2))).isEqualTo(count.flops);
  }

  @Test
  public void denseFlopsDoNotDependOnThePolicy() {
    assertThat(combining(Scope.TOKENS).denseFlops(9))
        .isEqualTo(new CostModel(SMALL, new NoPruning()).denseFlops(9));
  }

  @Test
  public void bertBaseWithRatioNineTenthsOn512TokensCostsWhatIsKnown() {
    int[] kept = new int[12];
    kept[0] = 512;
    for (int layer = 1; layer < 12; layer++) {
      kept[layer] = kept[layer - 1] * 9 / 10;
    }

    double dense = new CostModel(BERT_BASE, new NoPruning()).denseFlops(512);

    assertThat(
            pruning(BERT_BASE, Scope.KEYS_VALUES).flops(Arrays.stream(kept).boxed().toList())
                / dense)
        .isCloseTo(0.899, within(5e-4));
    assertThat(pruning(BERT_BASE, Scope.TOKENS).flops(Arrays.stream(kept).boxed().toList()) / dense)
        .isCloseTo(0.536, within(5e-4));
  }

  @Test
  public void countsMustBelongToTheEncoder() {
    CostModel model = new CostModel(SMALL, new NoPruning());

    assertThatThrownBy(() -> model.flops(List.of(9, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of layers: 2 (the encoder has 4)");
  }

  private static CostModel pruning(EncoderShape encoder, Scope scope) {
    return new CostModel(encoder, new PtcPolicy(0.9, Fuzzy.OFF, scope, 2, 1, 0, 0, 2));
  }

  private static CostModel combining(Scope scope) {
    return new CostModel(SMALL, new PtcPolicy(0.9, Fuzzy.OFF, scope, 2, 1, 3, 2, 2));
  }

  /** Walks through the matrix products of an encoder. */
  private static final class Count {

    private final EncoderShape encoder;
    private long flops;

    Count(EncoderShape encoder) {
      this.encoder = encoder;
    }

    void encoderLayer(int queries, int keys) {
      encoderLayer(queries, keys, queries);
    }

    void encoderLayer(int queries, int keys, int staying) {
      int hidden = encoder.hidden();
      int headSize = hidden / encoder.heads();
      product(queries, hidden, hidden); // Q
      product(keys, hidden, hidden); // K
      product(keys, hidden, hidden); // V
      for (int head = 0; head < encoder.heads(); head++) {
        product(queries, headSize, keys); // Q K^T
        product(queries, keys, headSize); // A V
      }
      product(staying, hidden, hidden); // W_o
      product(staying, hidden, encoder.intermediate()); // W_1
      product(staying, encoder.intermediate(), hidden); // W_2
    }

    void combiningLayer(int words, int combinationTokens) {
      int hidden = encoder.hidden();
      product(combinationTokens, hidden, hidden); // W_q
      product(combinationTokens, hidden, hidden); // W_k, on the side of the queries
      product(combinationTokens, hidden, words); // similarities
      product(combinationTokens, words, hidden); // group sums
      product(combinationTokens, hidden, hidden); // W_v, behind the means
      product(combinationTokens, hidden, hidden); // W_o
    }

    /** {@code [rows, inner]} times {@code [inner, columns]}. */
    private void product(int rows, int inner, int columns) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          for (int k = 0; k < inner; k++) {
            flops += 2;
          }
        }
      }
    }
  }
}
