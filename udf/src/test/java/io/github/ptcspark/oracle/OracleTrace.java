package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.EncoderShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What happened to one document, written down layer by layer. */
final class OracleTrace {

  private final Products products;
  private final List<Integer> keptPerLayer = new ArrayList<>();
  private final List<List<Integer>> keptPositions = new ArrayList<>();
  private final List<List<Double>> scores = new ArrayList<>();
  private List<Integer> groups = List.of();
  private int used;
  private double margin = Double.POSITIVE_INFINITY;

  OracleTrace(EncoderShape encoder) {
    this.products = new Products(encoder);
  }

  /** The attention of an encoder layer, with the score of every word piece that is a key. */
  void layer(OracleDocument document, double[] keptScores) {
    List<Integer> kept = document.kept();
    int keys = kept.size() + document.carried();
    add(kept.isEmpty() ? keys : kept.size(), kept, Arrays.stream(keptScores).boxed().toList());
    products.attention(document.x().length, keys);
  }

  /** What is left of an encoder layer, for the rows that are left. */
  void transformed(OracleDocument document) {
    products.transformation(document.x().length);
  }

  /** A layer that a step replaces. */
  void replacedLayer(OracleDocument document) {
    add(document.words().size(), document.words(), List.of());
  }

  /** The combination token of every word piece, and how many received one. */
  void combined(List<Integer> wordGroups, int receiving) {
    groups = List.copyOf(wordGroups);
    used = receiving;
  }

  /** By how much a decision fell. */
  void decision(double by) {
    margin = Math.min(margin, by);
  }

  Products products() {
    return products;
  }

  List<Integer> keptPerLayer() {
    return List.copyOf(keptPerLayer);
  }

  List<List<Integer>> keptPositions() {
    return List.copyOf(keptPositions);
  }

  List<List<Double>> scores() {
    return List.copyOf(scores);
  }

  List<Integer> groups() {
    return groups;
  }

  int used() {
    return used;
  }

  double margin() {
    return margin;
  }

  private void add(int kept, List<Integer> positions, List<Double> positionScores) {
    keptPerLayer.add(kept);
    keptPositions.add(List.copyOf(positions));
    scores.add(List.copyOf(positionScores));
  }
}
