package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.job.JobException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A linear classifier of embeddings, fitted by Spark's multinomial logistic regression (L-BFGS). It
 * minimises
 *
 * <pre>
 *   1/n sum_i -log softmax(W x_i + b)[y_i]  +  lambda v / 2 sum_kj W_kj^2
 * </pre>
 *
 * where v is the mean squared distance of the x_i from their mean: so lambda means the same for
 * encoders whose embeddings are longer or shorter. The biases have no penalty. A dimension that
 * hardly varies, with less than a millionth of the others' mean variance, has the weight 0: Spark
 * scales the dimensions alike, and such a one would leave it no step to take. Logits of a document
 * sum to 0 over the classes. The same embeddings in the same order give the same head, bit for bit.
 */
public final class LogisticHead {

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  /**
   * The lambda of the formula. On BANKING77 and CLINC150 with 5 and 10 examples of a class, a third
   * or three times of it changes the accuracy by less than a point.
   */
  static final double STRENGTH = 1e-4;

  /** Of the mean variance of the dimensions. */
  private static final double LEAST_SHARE = 1e-6;

  private static final int MOST_ITERATIONS = 500;

  private final Matrix weights;
  private final Vector biases;

  private LogisticHead(LogisticRegressionModel model) {
    this.weights = model.coefficientMatrix();
    this.biases = model.interceptVector();
  }

  /**
   * Fits a head.
   *
   * @param embeddings of the examples, {@code [hidden]} each
   * @param labels the label id of each; every id from 0 to the largest occurs
   * @throws JobException if Spark fails
   */
  public static LogisticHead fit(
      SparkSession session, List<double[]> embeddings, List<Integer> labels) {
    double[] variances = variances(embeddings);
    double variance = Arrays.stream(variances).sum();
    double least = LEAST_SHARE * variance / variances.length;
    double[][] features = embeddings.stream().map(double[]::clone).toArray(double[][]::new);
    for (double[] example : features) {
      for (int i = 0; i < example.length; i++) {
        if (variances[i] < least) {
          example[i] = 0;
        }
      }
    }
    // Every one of a hundred steps sends its tasks: they do not hold the examples.
    Broadcast<double[][]> shared = new JavaSparkContext(session.sparkContext()).broadcast(features);
    Broadcast<int[]> sharedLabels =
        new JavaSparkContext(session.sparkContext())
            .broadcast(labels.stream().mapToInt(Integer::intValue).toArray());
    try {
      // One partition: sums are rounded by how they are divided.
      Dataset<Row> examples =
          session
              .range(0, features.length, 1, 1)
              .map(new ExampleRow(shared, sharedLabels), Encoders.row(SCHEMA));
      return new LogisticHead(
          new LogisticRegression()
              .setFamily("multinomial")
              .setStandardization(false)
              .setElasticNetParam(0)
              .setRegParam(STRENGTH * variance)
              .setMaxIter(MOST_ITERATIONS)
              .fit(examples));
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot fit the head: " + JobException.reason(e), e);
    } finally {
      shared.destroy();
      sharedLabels.destroy();
    }
  }

  /** The mean squared distance of each dimension from its mean. */
  private static double[] variances(List<double[]> vectors) {
    double[] variances = new double[vectors.get(0).length];
    for (int i = 0; i < variances.length; i++) {
      int place = i;
      double mean = vectors.stream().mapToDouble(vector -> vector[place]).average().orElseThrow();
      variances[i] =
          vectors.stream()
              .mapToDouble(vector -> (vector[place] - mean) * (vector[place] - mean))
              .average()
              .orElseThrow();
    }
    return variances;
  }

  /** The logits of an embedding by label id. */
  public double[] logits(double[] embedding) {
    double[] logits = biases.toArray().clone();
    for (int label = 0; label < logits.length; label++) {
      for (int i = 0; i < embedding.length; i++) {
        logits[label] += weights.apply(label, i) * embedding[i];
      }
    }
    return logits;
  }

  /** The id of the largest logit; the lower id among equals. */
  public static int best(double[] logits) {
    int best = 0;
    for (int label = 1; label < logits.length; label++) {
      if (logits[label] > logits[best]) {
        best = label;
      }
    }
    return best;
  }

  /** The weights {@code [labels, hidden]}. */
  FloatTensor weight() {
    float[] values = new float[weights.numRows() * weights.numCols()];
    for (int label = 0; label < weights.numRows(); label++) {
      for (int i = 0; i < weights.numCols(); i++) {
        values[label * weights.numCols() + i] = (float) weights.apply(label, i);
      }
    }
    return FloatTensor.of(new int[] {weights.numRows(), weights.numCols()}, values);
  }

  /** The biases {@code [labels]}. */
  FloatTensor bias() {
    float[] values = new float[biases.size()];
    for (int label = 0; label < values.length; label++) {
      values[label] = (float) biases.apply(label);
    }
    return FloatTensor.of(new int[] {values.length}, values);
  }

  /** The row of an example by its number. */
  private static final class ExampleRow implements MapFunction<Long, Row> {

    private static final long serialVersionUID = 1L;

    private final Broadcast<double[][]> features;
    private final Broadcast<int[]> labels;

    ExampleRow(Broadcast<double[][]> features, Broadcast<int[]> labels) {
      this.features = features;
      this.labels = labels;
    }

    @Override
    public Row call(Long number) {
      int place = Math.toIntExact(number);
      return RowFactory.create(
          (double) labels.value()[place], Vectors.dense(features.value()[place]));
    }
  }
}
