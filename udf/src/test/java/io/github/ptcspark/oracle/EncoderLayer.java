package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.TensorNames;
import java.util.List;

/** One layer of BERT's encoder, of which some rows may be hidden from attention as keys. */
final class EncoderLayer {

  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear attentionOutput;
  private final LayerNorm attentionNorm;
  private final Linear intermediate;
  private final Linear output;
  private final LayerNorm outputNorm;

  /** The layer with this index, counted from 0. */
  EncoderLayer(Tensors tensors, BertConfig config, int index) {
    int hidden = config.shape().hidden();
    int inner = config.shape().intermediate();
    double eps = config.layerNormEps();
    String prefix = TensorNames.layer(index);
    heads = config.shape().heads();
    query = tensors.linear(prefix + ".attention.self.query", hidden, hidden);
    key = tensors.linear(prefix + ".attention.self.key", hidden, hidden);
    value = tensors.linear(prefix + ".attention.self.value", hidden, hidden);
    attentionOutput = tensors.linear(prefix + ".attention.output.dense", hidden, hidden);
    attentionNorm = tensors.layerNorm(prefix + ".attention.output.LayerNorm", hidden, eps);
    intermediate = tensors.linear(prefix + ".intermediate.dense", hidden, inner);
    output = tensors.linear(prefix + ".output.dense", inner, hidden);
    outputNorm = tensors.layerNorm(prefix + ".output.LayerNorm", hidden, eps);
  }

  /** The same where every key stands for one token. */
  double[][][] probabilities(double[][] x, List<Integer> keys) {
    return Attention.probabilities(query.apply(x), keys(x, keys), heads);
  }

  /**
   * {@code A = softmax(Q K^T / sqrt(d) + log s)} for the rows x as queries and the rows {@code
   * keys} of x as keys.
   *
   * @param x {@code [rows, hidden]}
   * @param keys the rows of x that are attended to
   * @param sizes s, how many tokens each of them stands for
   * @return {@code [heads, rows, keys]}
   */
  double[][][] probabilities(double[][] x, List<Integer> keys, double[] sizes) {
    return Attention.probabilities(query.apply(x), keys(x, keys), sizes, heads);
  }

  /**
   * {@code x~ = LN(x + W_o A V + b_o); x' = LN(x~ + W_2 gelu(W_1 x~ + b_1) + b_2)}
   *
   * @param x {@code [rows, hidden]}
   * @param keys the rows of x that give keys and values
   * @return {@code [rows, hidden]}
   */
  double[][] apply(double[][] x, List<Integer> keys) {
    return transform(x, context(probabilities(x, keys), x, keys));
  }

  /** {@code K}, {@code [keys, hidden]}. */
  double[][] keys(double[][] x, List<Integer> keys) {
    return key.apply(Rows.pick(x, keys));
  }

  /** {@code A V}, {@code [rows, hidden]}. */
  double[][] context(double[][][] probabilities, double[][] x, List<Integer> keys) {
    return Attention.weightedValues(probabilities, value.apply(Rows.pick(x, keys)));
  }

  /** What follows the attention: {@code x'} of x and its context, row by row. */
  double[][] transform(double[][] x, double[][] context) {
    double[][] attended = attentionNorm.apply(Rows.add(x, attentionOutput.apply(context)));
    double[][] inner = intermediate.apply(attended);
    for (double[] row : inner) {
      for (int k = 0; k < row.length; k++) {
        row[k] = Erf.gelu(row[k]);
      }
    }
    return outputNorm.apply(Rows.add(attended, output.apply(inner)));
  }
}
