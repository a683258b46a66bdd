package io.github.ptcspark.spark.ml;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.spark.RowClassifier;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** All that the transformer says of a text, in one row; null for a text without a label. */
final class ClassifyText implements UDF1<String, Row> {

  /** The scores of all classes, by label id. */
  static final ArrayType PROBABILITIES = DataTypes.createArrayType(DataTypes.FloatType, false);

  /** The best classes and their scores, the best first. */
  static final ArrayType BEST =
      DataTypes.createArrayType(
          new StructType()
              .add("label", DataTypes.StringType, false)
              .add("score", DataTypes.FloatType, false),
          false);

  static final String LABEL = "label";
  static final String SCORES = "scores";
  static final String TOP = "top";

  /** What a call returns. */
  static final StructType RESULT =
      new StructType()
          .add(LABEL, DataTypes.StringType, false)
          .add(SCORES, PROBABILITIES, false)
          .add(TOP, BEST, false);

  private static final long serialVersionUID = 1L;

  private final RowClassifier classifier;
  private final int topK;

  /**
   * A function of one text.
   *
   * @param topK the number of best classes, all if there are fewer
   */
  ClassifyText(RowClassifier classifier, int topK) {
    this.classifier = classifier;
    this.topK = topK;
  }

  @Override
  public Row call(String text) {
    return classifier.classify(text).map(this::row).orElse(null);
  }

  private Row row(Classification result) {
    return RowFactory.create(result.label(), result.scores(), best(result.scores()));
  }

  /** The order of equal scores is that of label ids, so that the label comes first. */
  private List<Row> best(List<Float> scores) {
    return IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparing(scores::get, Comparator.reverseOrder()))
        .limit(topK)
        .map(id -> RowFactory.create(classifier.labels().get(id), scores.get(id)))
        .toList();
  }
}
