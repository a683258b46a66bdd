package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Files of comma-separated values (tabs in {@code .tsv} files) with a header row. Columns are found
 * by the names in each file's own header and are strings. A row with more or fewer fields than the
 * header, with broken quotes or too long, is a malformed record.
 */
final class CsvFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  private static final int SAMPLED_HEADERS = 100;

  private final Columns columns;
  private final DocumentRows rows;
  private final DocumentLimit limit;

  /** Files with these columns. */
  CsvFiles(Columns columns, DocumentLimit limit) {
    this.columns = columns;
    this.limit = limit;
    this.rows = new DocumentRows(columns.kept().size());
  }

  /**
   * The columns of a corpus, from the headers of at most 100 files; empty ones say nothing.
   *
   * @throws JobException if a file cannot be read or lacks a column
   */
  static Columns columns(
      CorpusOptions options,
      List<InputFile> files,
      Configuration configuration,
      DocumentLimit limit) {
    Columns columns = Columns.unseen(options);
    for (InputFile file : InputFile.sample(files, SAMPLED_HEADERS)) {
      FileRange range = FileRange.whole(file.hadoopPath());
      try (CsvReader reader = reader(range, RangeInput.open(range, configuration), limit)) {
        Optional<CsvReader.CsvRow> header = reader.next();
        if (header.isPresent()) {
          columns = Columns.of(options, schema(header.get()), range.name());
        }
      } catch (IOException e) {
        throw new JobException("Cannot read " + range.name() + ": " + JobException.reason(e), e);
      }
    }
    return columns;
  }

  @Override
  public Documents open(FileRange range, Configuration configuration) throws IOException {
    RangeInput input = RangeInput.open(range, configuration);
    return new CsvDocuments(range, input, reader(range, input, limit), columns, rows);
  }

  private static CsvReader reader(FileRange range, RangeInput input, DocumentLimit limit)
      throws IOException {
    boolean tabs = FormatNames.extension(range.path()).equals("tsv");
    return new CsvReader(input, tabs ? '\t' : ',', limit);
  }

  private static StructType schema(CsvReader.CsvRow header) {
    StructType schema = new StructType();
    for (String name : header.fields()) {
      schema = schema.add(name == null ? "" : name, DataTypes.StringType, true);
    }
    return schema;
  }

  /** The documents of one file. */
  private static final class CsvDocuments implements Documents {

    private final FileRange range;
    private final RangeInput input;
    private final CsvReader reader;
    private final DocumentRows rows;
    private final Columns columns;
    private final List<String> header;
    private final Optional<String> mismatch;
    private Optional<CsvReader.CsvRow> ahead;
    private boolean damageTold;
    private long ordinal;

    CsvDocuments(
        FileRange range, RangeInput input, CsvReader reader, Columns columns, DocumentRows rows)
        throws IOException {
      this.range = range;
      this.input = input;
      this.reader = reader;
      this.columns = columns;
      this.rows = rows;
      this.header = reader.next().map(CsvReader.CsvRow::fields).orElse(List.of());
      this.mismatch = mismatch();
      this.ahead = reader.next();
    }

    private Optional<String> mismatch() {
      return columns.names().stream()
          .filter(
              name -> header.indexOf(name) != header.lastIndexOf(name) || !header.contains(name))
          .findFirst()
          .map(name -> "the header of the file does not have the column \"" + name + "\" once");
    }

    @Override
    public Optional<Row> next() throws IOException {
      Optional<CsvReader.CsvRow> row = ahead;
      if (row.isPresent()) {
        ahead = reader.next();
      }
      Optional<String> damage = ahead.isEmpty() ? input.damage() : Optional.empty();
      if (damage.isPresent() && !damageTold) {
        damageTold = true;
        String raw = row.map(CsvReader.CsvRow::raw).orElse("");
        return Optional.of(rows.malformed(position(), damage.get(), raw));
      }
      return row.map(this::document);
    }

    private Row document(CsvReader.CsvRow row) {
      String position = position();
      Optional<String> problem =
          mismatch
              .or(row::problem)
              .or(() -> row.fields().size() == header.size() ? Optional.empty() : count(row));
      if (problem.isPresent()) {
        return rows.malformed(position, problem.get(), row.raw());
      }
      String id = columns.id().map(name -> value(row, name)).orElse(position);
      Object[] values = columns.kept().stream().map(field -> value(row, field.name())).toArray();
      return rows.document(id, value(row, columns.text()), values);
    }

    private Optional<String> count(CsvReader.CsvRow row) {
      return Optional.of(row.fields().size() + " fields where the header has " + header.size());
    }

    private String value(CsvReader.CsvRow row, String name) {
      return row.fields().get(header.indexOf(name));
    }

    private String position() {
      return DocumentRows.id(range, ordinal++);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
