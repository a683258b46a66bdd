package io.github.ptcspark.job.corpus;

public final class Corpus {
  private Corpus() {}

  public static Corpus open(org.apache.spark.sql.SparkSession s, CorpusOptions o) {
    return new Corpus();
  }

  public org.apache.spark.sql.Dataset<org.apache.spark.sql.Row> documents() {
    return null;
  }
}
