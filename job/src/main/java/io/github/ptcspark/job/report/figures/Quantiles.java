package io.github.ptcspark.job.report.figures;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.QuantileSummaries;

/** Approximate quantiles of numbers, by the algorithm of Spark's percentile_approx. */
final class Quantiles implements Serializable {

  private static final long serialVersionUID = 1;

  /** Share of the numbers by which the place of an answer among them may be wrong. */
  private static final double ERROR = 0.001;

  private QuantileSummaries summaries =
      new QuantileSummaries(
          QuantileSummaries.defaultCompressThreshold(),
          ERROR,
          new QuantileSummaries.Stats[0],
          0,
          true);

  void add(double number) {
    summaries = summaries.insert(number);
  }

  void add(Quantiles other) {
    summaries = summaries.compress().merge(other.summaries.compress());
  }

  /** The number below which a share of all lies; 0 if there are none. */
  double at(double share) {
    scala.Option<Object> number = summaries.compress().query(share);
    return number.isDefined() ? (Double) number.get() : 0;
  }
}
