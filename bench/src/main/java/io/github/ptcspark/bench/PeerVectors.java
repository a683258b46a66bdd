package io.github.ptcspark.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Compares the vectors that variants made of the same documents. */
final class PeerVectors {

  private final SparkSession session;

  PeerVectors(SparkSession session) {
    this.session = session;
  }

  /**
   * How close vectors are to exact ones.
   *
   * @return empty if one of the outputs is missing
   * @throws IllegalStateException if they are not of the same documents
   */
  Optional<Cosines> cosines(Path vectors, String column, Path exact, String exactColumn) {
    if (!Files.exists(vectors) || !Files.exists(exact)) {
      return Optional.empty();
    }
    Map<String, float[]> some = read(vectors, column);
    Map<String, float[]> others = read(exact, exactColumn);
    if (!some.keySet().equals(others.keySet())) {
      throw new IllegalStateException(
          "Cannot compare %s with %s: they are not of the same documents"
              .formatted(vectors, exact));
    }
    return Optional.of(
        Cosines.of(new ArrayList<>(some.values()), new ArrayList<>(others.values())));
  }

  private Map<String, float[]> read(Path output, String column) {
    Map<String, float[]> vectors = new TreeMap<>();
    for (Row row : session.read().parquet(output.toString()).select("id", column).collectAsList()) {
      List<Float> values = row.getList(1);
      float[] vector = new float[values.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = values.get(i);
      }
      vectors.put(row.getString(0), column.equals("scores") ? logits(vector) : centred(vector));
    }
    return vectors;
  }

  /** The logits of a softmax, which are known but for their mean. */
  static float[] logits(float[] scores) {
    float[] logits = new float[scores.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(scores[i]);
    }
    return centred(logits);
  }

  private static float[] centred(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value;
    }
    float[] centred = new float[vector.length];
    for (int i = 0; i < centred.length; i++) {
      centred[i] = (float) (vector[i] - sum / vector.length);
    }
    return centred;
  }
}
