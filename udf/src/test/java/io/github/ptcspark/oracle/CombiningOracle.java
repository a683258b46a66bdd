package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.Combining;
import java.util.List;

/** Token combining, equations 9 to 11, with combination tokens that start as they are stored. */
final class CombiningOracle implements StepOracle {

  private final Combining combining;
  private final double[][] tokens;
  private final TokenCombining module;

  /**
   * The step of a model.
   *
   * @param tokens c before the first layer, {@code [m, hidden]}
   */
  CombiningOracle(Combining combining, double[][] tokens, TokenCombining module) {
    this.combining = combining;
    this.tokens = Rows.copy(tokens);
    this.module = module;
  }

  @Override
  public void begin(OracleDocument document) {
    document.carry(tokens);
  }

  @Override
  public boolean replaces(int layer) {
    return layer == combining.layer();
  }

  @Override
  public void replace(OracleDocument document) {
    int rows = document.x().length;
    double[][] words = Rows.slice(document.x(), 0, rows - tokens.length);
    double[][] carried = Rows.slice(document.x(), rows - tokens.length, rows);
    double[][] logits = module.logits(carried, words);
    List<Integer> groups = TokenCombining.groups(logits);
    document.trace().combined(groups, Math.toIntExact(groups.stream().distinct().count()));
    document.trace().decision(margin(logits, groups));
    countProducts(document.trace().products(), words.length, words[0].length);
    document.combine(module.combine(carried, words, groups));
  }

  /** W_k is applied to the queries and W_v to the group means, which gives the same. */
  private void countProducts(Products products, int words, int hidden) {
    int m = tokens.length;
    products.add(m, hidden, hidden); // W_q
    products.add(m, hidden, hidden); // W_k
    products.add(m, hidden, words); // similarities
    products.add(m, words, hidden); // group sums
    products.add(m, hidden, hidden); // W_v
    products.add(m, hidden, hidden); // W_o
  }

  /** The smallest difference between the best and the second best logit of a word. */
  private static double margin(double[][] logits, List<Integer> groups) {
    double margin = Double.POSITIVE_INFINITY;
    for (int j = 0; j < groups.size(); j++) {
      int best = groups.get(j);
      for (int i = 0; i < logits.length; i++) {
        if (i != best) {
          margin = Math.min(margin, logits[best][j] - logits[i][j]);
        }
      }
    }
    return margin;
  }
}
