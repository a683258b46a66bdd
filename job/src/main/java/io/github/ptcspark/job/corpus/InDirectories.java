package io.github.ptcspark.job.corpus;

import io.github.ptcspark.spark.DocumentSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;

/**
 * Documents whose kept columns, where they have no value of their own, have what the directories of
 * their file say.
 */
final class InDirectories implements RangeReader {

  private static final long serialVersionUID = 1L;

  private final RangeReader reader;
  private final DirectoryColumns directories;
  private final ArrayList<String> kept = new ArrayList<>();

  private InDirectories(
      RangeReader reader, DirectoryColumns directories, List<StructField> columns) {
    this.reader = reader;
    this.directories = directories;
    columns.forEach(field -> kept.add(field.name()));
  }

  /** The reader, or one that adds the values if any kept column is named by directories. */
  static RangeReader of(
      RangeReader reader, DirectoryColumns directories, List<StructField> columns) {
    return columns.stream().anyMatch(field -> directories.has(field.name()))
        ? new InDirectories(reader, directories, columns)
        : reader;
  }

  @Override
  public Documents open(FileRange range, Configuration configuration) throws IOException {
    Documents documents = reader.open(range, configuration);
    Map<String, String> values = directories.of(range.path());
    return new Documents() {

      @Override
      public Optional<Row> next() throws IOException {
        return documents.next().map(row -> with(values, row));
      }

      @Override
      public void close() throws IOException {
        documents.close();
      }
    };
  }

  private Row with(Map<String, String> values, Row row) {
    Object[] all = new Object[DocumentSchema.FIRST_KEPT + kept.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < row.size() ? row.get(i) : null; // Texts know no kept columns.
      if (all[i] == null && i >= DocumentSchema.FIRST_KEPT) {
        all[i] = values.get(kept.get(i - DocumentSchema.FIRST_KEPT));
      }
    }
    return RowFactory.create(all);
  }
}
