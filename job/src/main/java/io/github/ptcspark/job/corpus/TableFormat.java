package io.github.ptcspark.job.corpus;

import java.util.Arrays;
import java.util.Optional;

/**
 * Formats of tables that say in files of their own which of the files in a directory count: read
 * file by file, rows that were deleted or replaced would come back.
 */
enum TableFormat {
  DELTA("a Delta table", "delta", "io.delta:delta-spark_2.12"),
  ICEBERG("an Iceberg table", "iceberg", "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12"),
  HUDI("a Hudi table", "hudi", "org.apache.hudi:hudi-spark3.5-bundle_2.12"),
  PAIMON("a Paimon table", "paimon", "org.apache.paimon:paimon-spark-3.5"),
  LANCE("a Lance table", "lance", "com.lancedb:lance-spark-bundle-3.5_2.12"),
  HIVE("a transactional table of Hive", "", "");

  private final String title;
  private final String format;
  private final String connector;

  TableFormat(String title, String format, String connector) {
    this.title = title;
    this.format = format;
    this.connector = connector;
  }

  /** What it is, with an article. */
  String title() {
    return title;
  }

  /** What to do with a table, as a sentence of its own. */
  String remedy() {
    return format.isEmpty()
        ? "copy it into a table of Parquet with Hive"
        : "read it with --input-format %s, which needs %s in Spark (--packages)"
            .formatted(format, connector);
  }

  /** The artifact by which Spark reads a format of tables, if it is one. */
  static Optional<String> connector(String format) {
    return Arrays.stream(values())
        .filter(table -> !table.format.isEmpty() && table.format.equalsIgnoreCase(format))
        .map(table -> table.connector)
        .findFirst();
  }
}
