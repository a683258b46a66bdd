package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;

/** How many rows Parquet files have by their footers. */
final class ParquetRows {

  private ParquetRows() {}

  /** The rows of each file of a slice, by path; many footers are read at a time. */
  static Map<String, Long> of(SparkSession spark, Slice slice) {
    List<String> paths = slice.parts().stream().map(part -> part.file().path()).distinct().toList();
    List<Long> rows;
    try {
      rows = FileLooks.at(spark, paths, ParquetRows::rows);
    } catch (IOException e) {
      throw new JobException("Cannot count rows of Parquet: " + JobException.reason(e), e);
    }
    Map<String, Long> byPath = new TreeMap<>();
    for (int i = 0; i < paths.size(); i++) {
      byPath.put(paths.get(i), rows.get(i));
    }
    return byPath;
  }

  /** The rows of all files together. */
  static long sum(Map<String, Long> byPath) {
    return byPath.values().stream().mapToLong(Long::longValue).sum();
  }

  private static List<Long> rows(String file, Configuration configuration) throws IOException {
    Path path = new Path(file);
    Configuration own = new Configuration(configuration);
    own.set("fs.file.impl", RawLocalFileSystem.class.getName()); // See FileSystems#forReading.
    own.setBoolean("fs.file.impl.disable.cache", true);
    try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, own))) {
      return List.of(reader.getRecordCount());
    }
  }
}
