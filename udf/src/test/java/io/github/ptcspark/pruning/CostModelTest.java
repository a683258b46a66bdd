package io.github.ptcspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.oracle.Products;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;

/** The formulas against a count of all matrix products. */
public class CostModelTest {

  private static final EncoderShape SMALL = new EncoderShape(4, 6, 3, 10);
  private static final EncoderShape BERT_BASE = new EncoderShape(12, 768, 12, 3072);

  private final Products products = new Products(SMALL);

  @Test
  public void denseEncoderIsCounted() {
    for (int layer = 0; layer < 4; layer++) {
      encoderLayer(7, 7, 7);
    }

    CostModel model = new CostModel(SMALL, PruningPolicy.NONE);

    assertThat(model.denseFlops(7)).isEqualTo(products.flops());
    assertThat(model.flops(wholeTokens(7, 7, 7, 7, 7))).isEqualTo(products.flops());
  }

  /** Behind the first one there is no layer so far away. */
  @Test
  public void layersAreCountedHoweverFarTheyAreApart() {
    CostModel far =
        new CostModel(SMALL, PolicyText.complete("zero-tprune(every=%s)".formatted(1 << 30)));
    CostModel farther = new CostModel(SMALL, PolicyText.complete("zero-tprune(every=2147483647)"));
    LayerWork work = wholeTokens(30, 8, 8, 8, 8);

    assertThat(farther.flops(work)).isEqualTo(far.flops(work)).isPositive();
  }

  @Test
  public void prunedKeysAndValuesSaveTheirProjectionsAndTheAttentionToThem() {
    encoderLayer(9, 9, 9);
    encoderLayer(9, 8, 9);
    encoderLayer(9, 7, 9);
    encoderLayer(9, 6, 9);

    assertThat(pruning(SMALL, Scope.KEYS_VALUES).flops(keysAndValues(9, 8, 7, 6)))
        .isEqualTo(products.flops());
  }

  @Test
  public void prunedTokensSaveEverythingAfterTheAttentionThatRankedThem() {
    encoderLayer(9, 9, 8);
    encoderLayer(8, 8, 7);
    encoderLayer(7, 7, 6);
    encoderLayer(6, 6, 6);

    assertThat(pruning(SMALL, Scope.TOKENS).flops(wholeTokens(9, 8, 7, 6, 6)))
        .isEqualTo(products.flops());
  }

  @Test
  public void combiningOfPrunedTokensIsCounted() {
    encoderLayer(9 + 2, 9 + 2, 8 + 2);
    encoderLayer(8 + 2, 8 + 2, 7 + 2);
    combiningLayer(7, 2);
    encoderLayer(2, 2, 2);

    LayerWork work =
        new LayerWork(List.of(11, 10, 9, 2), List.of(9, 8, 7, 2), List.of(10, 9, 2, 2));
    assertThat(combining(Scope.TOKENS).flops(work)).isEqualTo(products.flops());
  }

  @Test
  public void combiningOfAllTokensIsCounted() {
    encoderLayer(9 + 2, 9 + 2, 9 + 2);
    encoderLayer(9 + 2, 8 + 2, 9 + 2);
    combiningLayer(9, 2);
    encoderLayer(2, 2, 2);

    LayerWork work =
        new LayerWork(List.of(11, 11, 11, 2), List.of(9, 8, 9, 2), List.of(11, 11, 2, 2));
    assertThat(combining(Scope.KEYS_VALUES).flops(work)).isEqualTo(products.flops());
  }

  @Test
  public void denseFlopsDoNotDependOnThePolicy() {
    assertThat(combining(Scope.TOKENS).denseFlops(9))
        .isEqualTo(new CostModel(SMALL, PruningPolicy.NONE).denseFlops(9));
  }

  @Test
  public void bertBaseWithRatioNineTenthsOn512TokensCostsWhatIsKnown() {
    Integer[] kept =
        Stream.iterate(512, tokens -> tokens * 9 / 10).limit(12).toArray(Integer[]::new);

    double dense = new CostModel(BERT_BASE, PruningPolicy.NONE).denseFlops(512);

    assertThat(pruning(BERT_BASE, Scope.KEYS_VALUES).flops(keysAndValues(kept)) / dense)
        .isCloseTo(0.899, within(5e-4));
    Integer[] tokens = Stream.concat(Stream.of(kept), Stream.of(kept[11])).toArray(Integer[]::new);
    assertThat(pruning(BERT_BASE, Scope.TOKENS).flops(wholeTokens(tokens)) / dense)
        .isCloseTo(0.536, within(5e-4));
  }

  @Test
  public void countsMustBelongToTheEncoder() {
    CostModel model = new CostModel(SMALL, PruningPolicy.NONE);

    assertThatThrownBy(() -> model.flops(keysAndValues(9, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of layers: 2 (the encoder has 4)");
  }

  private void encoderLayer(int rows, int keys, int staying) {
    products.attention(rows, keys);
    products.transformation(staying);
  }

  private void combiningLayer(int words, int combinationTokens) {
    int hidden = SMALL.hidden();
    for (int projection = 0; projection < 4; projection++) {
      products.add(combinationTokens, hidden, hidden);
    }
    products.add(combinationTokens, hidden, words); // similarities
    products.add(combinationTokens, words, hidden); // group sums
  }

  /** Every layer has the rows of the first, and fewer keys. */
  private static LayerWork keysAndValues(Integer... kept) {
    List<Integer> rows = Collections.nCopies(kept.length, kept[0]);
    return new LayerWork(rows, List.of(kept), rows);
  }

  /** Every layer leaves what the next one begins with. */
  private static LayerWork wholeTokens(Integer... rows) {
    List<Integer> all = List.of(rows);
    List<Integer> begun = all.subList(0, rows.length - 1);
    return new LayerWork(begun, begun, all.subList(1, rows.length));
  }

  private static CostModel pruning(EncoderShape encoder, Scope scope) {
    return new CostModel(encoder, Policies.ratio(0.9, Fuzzy.OFF, scope, 2, 2));
  }

  private static CostModel combining(Scope scope) {
    return new CostModel(SMALL, Policies.ptc(0.9, Fuzzy.OFF, scope, 2, 1, 3, 2, 2));
  }
}
