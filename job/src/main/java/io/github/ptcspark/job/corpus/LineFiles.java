package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * Files of which every line is a record. A line that is too long or cannot be decoded is a
 * malformed record; so is a last line that is cut off, because the compressed data breaks off in
 * it.
 */
final class LineFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  /** What a line says. */
  interface Parser extends Serializable {

    /** The document in a line, or nothing if the line is no record. */
    Optional<Row> parse(String id, String line);
  }

  private final LineSource.Opener source;
  private final Parser parser;
  private final DocumentRows rows;
  private final DocumentLimit limit;

  /** Files in one format. */
  LineFiles(LineSource.Opener source, Parser parser, DocumentRows rows, DocumentLimit limit) {
    this.source = source;
    this.parser = parser;
    this.rows = rows;
    this.limit = limit;
  }

  /** Files of which every line, also an empty one, is the text of a document. */
  static LineFiles ofTexts(LineSource.Opener source, DocumentRows rows, DocumentLimit limit) {
    return new LineFiles(source, (id, line) -> Optional.of(rows.document(id, line)), rows, limit);
  }

  @Override
  public Documents open(FileRange range, Configuration configuration) throws IOException {
    LineSource lines = source.open(range, configuration, limit);
    return new Documents() {

      private boolean ended;

      @Override
      public Optional<Row> next() throws IOException {
        while (!ended) {
          Optional<Line> line = lines.next();
          ended = line.isEmpty() || !line.get().ended();
          Optional<Row> row = ended && lines.damage().isPresent() ? cut(line) : parse(line);
          if (row.isPresent()) {
            return row;
          }
        }
        return Optional.empty();
      }

      private Optional<Row> parse(Optional<Line> line) {
        return line.flatMap(
            read -> {
              String id = DocumentRows.id(range, read.offset());
              if (read.bytes() > limit.bytes()) {
                return Optional.of(
                    rows.tooLong(id, limit, lines.what(), read.bytes(), read.text()));
              }
              return read.problem().isPresent()
                  ? Optional.of(rows.malformed(id, read.problem().get(), read.text()))
                  : parser.parse(id, read.text());
            });
      }

      private Optional<Row> cut(Optional<Line> line) {
        long offset = line.map(Line::offset).orElse(lines.offset());
        return Optional.of(
            rows.malformed(
                DocumentRows.id(range, offset),
                lines.damage().orElseThrow(),
                line.map(Line::text).orElse("")));
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }
}
