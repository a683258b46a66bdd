package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** How many rows Parquet files have by their footers. */
final class ParquetRows {

  private static final int FILES_IN_A_TASK = 100;

  private ParquetRows() {}

  /** The rows of each file of a slice, by path; many footers are read at a time. */
  static Map<String, Long> of(SparkSession spark, Slice slice) {
    List<String> paths = slice.parts().stream().map(part -> part.file().path()).distinct().toList();
    SharedConfiguration configuration = SharedConfiguration.broadcast(spark);
    List<Long> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(paths, Math.max(1, (paths.size() - 1) / FILES_IN_A_TASK + 1))
            .map(path -> rows(new Path(path), configuration.value()))
            .collect();
    Map<String, Long> byPath = new TreeMap<>();
    for (int i = 0; i < paths.size(); i++) {
      byPath.put(paths.get(i), rows.get(i));
    }
    return byPath;
  }

  private static long rows(Path path, Configuration configuration) throws IOException {
    Configuration own = new Configuration(configuration);
    own.set("fs.file.impl", RawLocalFileSystem.class.getName()); // See FileSystems#forReading.
    own.setBoolean("fs.file.impl.disable.cache", true);
    try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, own))) {
      return reader.getRecordCount();
    }
  }
}
