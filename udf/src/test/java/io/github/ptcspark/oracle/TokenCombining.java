package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.pruning.methods.Combining;
import java.util.ArrayList;
import java.util.List;

/** The token combining module at inference, equations 9 to 11. */
final class TokenCombining {

  private final LayerNorm tokensNorm;
  private final LayerNorm wordsNorm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /** The module of a model. */
  static TokenCombining of(Tensors tensors, BertConfig config) {
    int hidden = config.shape().hidden();
    double eps = config.layerNormEps();
    return new TokenCombining(
        tensors.layerNorm(Combining.TOKENS_NORM, hidden, eps),
        tensors.layerNorm(Combining.WORDS_NORM, hidden, eps),
        tensors.linear(Combining.QUERY, hidden, hidden),
        tensors.linear(Combining.KEY, hidden, hidden),
        tensors.linear(Combining.VALUE, hidden, hidden),
        tensors.linear(Combining.OUTPUT, hidden, hidden));
  }

  TokenCombining(
      LayerNorm tokensNorm,
      LayerNorm wordsNorm,
      Linear query,
      Linear key,
      Linear value,
      Linear output) {
    this.tokensNorm = tokensNorm;
    this.wordsNorm = wordsNorm;
    this.query = query;
    this.key = key;
    this.value = value;
    this.output = output;
  }

  /**
   * Equation 9 without noise and without the softmax, which does not change the order: {@code
   * logit_ij = (W_q LN_t(c_i) + b_q) . (W_k LN_w(e_j) + b_k)}
   *
   * @param tokens c, {@code [m, hidden]}
   * @param words e, {@code [words, hidden]}
   * @return {@code [m, words]}
   */
  double[][] logits(double[][] tokens, double[][] words) {
    double[][] queries = query.apply(tokensNorm.apply(tokens));
    double[][] keys = key.apply(wordsNorm.apply(words));
    double[][] logits = new double[tokens.length][words.length];
    for (int i = 0; i < tokens.length; i++) {
      for (int j = 0; j < words.length; j++) {
        logits[i][j] = Rows.dot(queries[i], keys[j]);
      }
    }
    return logits;
  }

  /**
   * Equation 10 at inference: {@code group(j) = argmax_i logit_ij}, the lowest i among equals.
   *
   * @param logits {@code [m, words]}
   * @return the combination token of every word
   */
  static List<Integer> groups(double[][] logits) {
    List<Integer> groups = new ArrayList<>();
    for (int j = 0; j < logits[0].length; j++) {
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        if (logits[i][j] > logits[best][j]) {
          best = i;
        }
      }
      groups.add(best);
    }
    return groups;
  }

  /**
   * Equation 11: {@code c_i' = c_i + W_o mean_{j in group i} (W_v e_j + b_v) + b_o}, and {@code
   * c_i' = c_i} if no word is in group i.
   *
   * @param tokens c, {@code [m, hidden]}
   * @param words e, {@code [words, hidden]}
   * @param groups the combination token of every word
   * @return {@code [m, hidden]}
   */
  double[][] combine(double[][] tokens, double[][] words, List<Integer> groups) {
    double[][] combined = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      List<Integer> members = new ArrayList<>();
      for (int j = 0; j < words.length; j++) {
        if (groups.get(j) == i) {
          members.add(j);
        }
      }
      combined[i] = tokens[i].clone();
      if (!members.isEmpty()) {
        double[] mean = Rows.mean(value.apply(Rows.pick(words, members)));
        combined[i] = Rows.add(tokens[i], output.apply(mean));
      }
    }
    return combined;
  }
}
