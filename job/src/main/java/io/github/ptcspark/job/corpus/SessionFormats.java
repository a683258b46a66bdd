package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;

/** Formats that the Spark session knows, by name or class. */
final class SessionFormats {

  private SessionFormats() {}

  /**
   * How files of a format are read one by one, if they are.
   *
   * @throws JobException if the session does not know the format
   */
  static Optional<FileFormat> files(SparkSession session, String name, CorpusOptions options) {
    try {
      Object source =
          DataSource.lookupDataSource(name, session.sessionState().conf())
              .getConstructor()
              .newInstance();
      if (source instanceof FileDataSourceV2 files) {
        source = files.fallbackFileFormat().getConstructor().newInstance();
      }
      return source instanceof FileFormat format ? Optional.of(format) : Optional.empty();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      Optional<String> connector = TableFormat.connector(name);
      if (connector.isPresent()) {
        throw new JobException(
            "Cannot read the format \"%s\": the Spark session lacks its connector; add %s in the version for it (--packages)"
                .formatted(name, connector.get()),
            e);
      }
      if (e instanceof ClassNotFoundException) {
        throw new JobException(
            "Cannot read the format \""
                + name
                + "\": it is none of "
                + String.join(", ", FormatNames.known())
                + ", and the Spark session does not know it",
            e);
      }
      throw new JobException(
          "Cannot read %s as %s: %s".formatted(options.inputNames(), name, JobException.reason(e)),
          e);
    }
  }
}
