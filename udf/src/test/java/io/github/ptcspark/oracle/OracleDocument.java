package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A document on its way through the layers. Its rows are {@code [E; C]}: the word pieces present,
 * then the tokens that are carried beside them.
 */
final class OracleDocument {

  private final long[] ids;
  private final OracleTrace trace;
  private double[][] x;
  private double[][] context = {};
  private List<Integer> words;
  private List<Integer> kept;
  private int carried;
  private double[] sizes;

  /** A document of which every word piece is present and a key. */
  OracleDocument(long[] ids, double[][] embeddings, OracleTrace trace) {
    this.ids = ids.clone();
    this.trace = trace;
    this.x = embeddings;
    this.words = BertOracle.range(ids.length);
    this.kept = words;
    this.sizes = ones(ids.length);
  }

  /** The word pieces that were read. */
  long[] ids() {
    return ids.clone();
  }

  /** How many were read; [CLS] is the first, [SEP] the last. */
  int length() {
    return ids.length;
  }

  /** Hidden states of the rows. */
  double[][] x() {
    return x;
  }

  /** What the rows attended to in this layer, before its output projection. */
  double[][] context() {
    return context;
  }

  /** Positions of the word pieces that have a row, ascending. */
  List<Integer> words() {
    return words;
  }

  /** Positions of those that give keys and values, ascending. */
  List<Integer> kept() {
    return kept;
  }

  /** Tokens that are carried beside the word pieces, or, in place of them, are left. */
  int carried() {
    return carried;
  }

  /** Where decisions are written down. */
  OracleTrace trace() {
    return trace;
  }

  /** The rows that give keys and values: of word pieces some, of the others all. */
  List<Integer> keyRows() {
    return withCarried(kept);
  }

  /** More rows, behind all others. */
  void carry(double[][] tokens) {
    x = Rows.concatenate(x, tokens);
    carried += tokens.length;
    sizes = ones(x.length);
  }

  /** How many tokens some rows stand for. */
  double[] sizes(List<Integer> rows) {
    return rows.stream().mapToDouble(row -> sizes[row]).toArray();
  }

  /** The attention of a layer. */
  void attended(double[][] contextOfRows) {
    context = contextOfRows;
  }

  /** The end of a layer. */
  void transformed(double[][] rows) {
    x = rows;
  }

  /** Leaves, of the word pieces, these positions only. */
  void keep(List<Integer> positions, Scope scope) {
    if (scope == Scope.TOKENS) {
      List<Integer> rows = withCarried(positions);
      x = Rows.pick(x, rows);
      context = Rows.pick(context, rows);
      words = positions;
      sizes = sizes(rows);
    }
    kept = positions;
  }

  /** Leaves tokens in place of the word pieces and of what was carried. */
  void combine(double[][] tokens) {
    x = tokens;
    words = List.of();
    kept = List.of();
    carried = tokens.length;
    sizes = ones(carried);
  }

  /**
   * Replaces the word pieces by weighted sums of them.
   *
   * @param positions of those whose places the sums take, ascending
   * @param weights {@code [after, before]}
   * @param sizesAfter how many tokens each sum stands for
   */
  void merge(List<Integer> positions, double[][] weights, double[] sizesAfter) {
    int before = words.size();
    double[] sizesOfCarried = sizes(BertOracle.range(x.length).subList(before, x.length));
    x = merged(weights, x);
    context = merged(weights, context);
    sizes = DoubleStream.concat(Arrays.stream(sizesAfter), Arrays.stream(sizesOfCarried)).toArray();
    words = List.copyOf(positions);
    kept = words;
  }

  /** Sums of the first rows, then the others. */
  private static double[][] merged(double[][] weights, double[][] rows) {
    int before = weights[0].length;
    return Rows.concatenate(
        Rows.product(weights, Rows.slice(rows, 0, before)), Rows.slice(rows, before, rows.length));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private List<Integer> withCarried(List<Integer> positions) {
    List<Integer> rows = new ArrayList<>();
    for (int position : positions) {
      rows.add(words.indexOf(position));
    }
    for (int i = 0; i < carried; i++) {
      rows.add(words.size() + i);
    }
    return rows;
  }
}
