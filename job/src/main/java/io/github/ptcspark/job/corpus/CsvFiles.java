package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * Files of comma-separated values (tabs in {@code .tsv} files) or the like with a header row.
 * Columns are found by the names in each file's own header and are strings. A row with more or
 * fewer fields than the header, with broken quotes, too long or that cannot be decoded, is a
 * malformed record.
 */
final class CsvFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  private static final int SAMPLED_HEADERS = 100;

  private final Columns columns;
  private final CsvSource source;
  private final DocumentRows rows;
  private final DocumentLimit limit;

  /** Files with these columns. */
  CsvFiles(Columns columns, CsvSource source, DocumentLimit limit) {
    this.columns = columns;
    this.source = source;
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
      CsvSource source,
      DirectoryColumns directories,
      Configuration configuration,
      DocumentLimit limit) {
    Columns columns = Columns.unseen(options);
    for (InputFile file : InputFile.sample(files, SAMPLED_HEADERS)) {
      FileRange range = FileRange.whole(file.hadoopPath());
      try (CsvReader reader = source.open(range, configuration, limit)) {
        Optional<CsvReader.CsvRow> header = reader.next();
        if (header.isPresent()) {
          columns =
              CsvHeader.columns(options, header.get(), range, source.syntax(range), directories);
        }
      } catch (IOException e) {
        throw new JobException("Cannot read " + range.name() + ": " + JobException.reason(e), e);
      }
    }
    return columns;
  }

  @Override
  public Documents open(FileRange range, Configuration configuration) throws IOException {
    return new CsvDocuments(range, source.open(range, configuration, limit), columns, rows);
  }

  /** The documents of one file. */
  private static final class CsvDocuments implements Documents {

    private final FileRange range;
    private final CsvReader reader;
    private final DocumentRows rows;
    private final Columns columns;
    private final List<String> header;
    private final Optional<String> mismatch;
    private Optional<CsvReader.CsvRow> ahead;
    private boolean damageTold;
    private long ordinal;

    CsvDocuments(FileRange range, CsvReader reader, Columns columns, DocumentRows rows)
        throws IOException {
      this.range = range;
      this.reader = reader;
      this.columns = columns;
      this.rows = rows;
      Optional<CsvReader.CsvRow> first = reader.next();
      this.header = first.map(CsvReader.CsvRow::fields).orElse(List.of());
      this.mismatch =
          first.flatMap(CsvReader.CsvRow::problem).map(CsvHeader::problem).or(this::mismatch);
      this.ahead = reader.next();
    }

    private Optional<String> mismatch() {
      return columns.names().stream()
          .filter(name -> header.contains(name) || !columns.isInDirectories(name))
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
      Optional<String> damage = ahead.isEmpty() ? reader.damage() : Optional.empty();
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
      int index = header.indexOf(name);
      return index < 0 ? null : row.fields().get(index);
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
