package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * A document on its way through the layers. Its rows are {@code [E; C]}: the word pieces present,
 * then the tokens that are carried beside them.
 */
final class OracleDocument {

  private final int length;
  private final OracleTrace trace;
  private double[][] x;
  private double[][] context = {};
  private List<Integer> words;
  private List<Integer> kept;
  private int carried;

  /** A document of which every word piece is present and a key. */
  OracleDocument(double[][] embeddings, OracleTrace trace) {
    this.length = embeddings.length;
    this.trace = trace;
    this.x = embeddings;
    this.words = BertOracle.range(length);
    this.kept = words;
  }

  /** Word pieces that were read; [CLS] is the first, [SEP] the last. */
  int length() {
    return length;
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
    }
    kept = positions;
  }

  /** Leaves tokens in place of the word pieces and of what was carried. */
  void combine(double[][] tokens) {
    x = tokens;
    words = List.of();
    kept = List.of();
    carried = tokens.length;
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
