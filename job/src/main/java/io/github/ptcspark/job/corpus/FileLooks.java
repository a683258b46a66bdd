package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Looks into files: into a few from here, into many from the executors. */
final class FileLooks {

  private static final int FEW = 8;
  private static final int FILES_IN_A_TASK = 100;

  private FileLooks() {}

  /** What is to be found out of one file; it travels to the executors. */
  interface Look<F extends Serializable, R> extends Serializable {

    List<R> at(F file, Configuration configuration) throws IOException;
  }

  /**
   * What is found out of all files, in their order.
   *
   * @throws IOException if a look from here fails; one from an executor fails as Spark says it
   */
  static <F extends Serializable, R> List<R> at(SparkSession spark, List<F> files, Look<F, R> look)
      throws IOException {
    if (files.size() <= FEW) {
      Configuration configuration = spark.sessionState().newHadoopConf();
      List<R> found = new ArrayList<>();
      for (F file : files) {
        found.addAll(look.at(file, configuration));
      }
      return found;
    }
    SharedConfiguration configuration = SharedConfiguration.broadcast(spark);
    List<byte[]> travelling = files.stream().map(JavaBytes::of).toList();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(travelling, (files.size() - 1) / FILES_IN_A_TASK + 1)
        .flatMap(file -> look.at(JavaBytes.<F>read(file), configuration.value()).iterator())
        .collect();
  }
}
