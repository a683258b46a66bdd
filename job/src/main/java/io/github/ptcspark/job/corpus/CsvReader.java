package io.github.ptcspark.job.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of comma-separated values as RFC 4180 has them: a field in quotes may hold delimiters and
 * line ends, and a quote if it is doubled; rows end with a line feed, with or without a carriage
 * return before it. A quote inside a field that does not begin with one is a character like any
 * other. Empty lines are no rows. Other characters may be delimiter and quote; behind an escape
 * character, if there is one, every character is one like any other. Of a row that is too long no
 * more than the beginning is held.
 */
final class CsvReader implements Closeable {

  private static final int BUFFER = 1 << 16;
  private static final int END = TextReader.END;

  private final TextReader reader;
  private final CsvSyntax syntax;
  private final DocumentLimit limit;
  private StringBuilder raw = new StringBuilder();
  private StringBuilder field = new StringBuilder();

  /** Characters of the row, which are more than are held if it is too long. */
  private long length;

  /**
   * A row.
   *
   * @param fields the values; null for an empty one that is not in quotes; none if it is too long
   * @param raw the row as it stands in the file, without its line end; its beginning if it is too
   *     long
   * @param problem what is wrong with its bytes, its quotes or its length, if anything
   */
  record CsvRow(List<String> fields, String raw, Optional<String> problem) {}

  /**
   * Rows of a text.
   *
   * @param limit counts characters
   */
  CsvReader(TextReader reader, CsvSyntax syntax, DocumentLimit limit) {
    this.reader = reader;
    this.syntax = syntax;
    this.limit = limit;
  }

  /** The next row, or nothing at the end. */
  Optional<CsvRow> next() throws IOException {
    while (reader.peek() == '\n' || reader.peek() == '\r') {
      reader.take();
    }
    if (reader.peek() == END) {
      return Optional.empty();
    }
    raw = emptied(raw);
    field = emptied(field);
    length = 0;
    List<String> fields = new ArrayList<>();
    Optional<String> problem = Optional.empty();
    while (true) {
      boolean quoted = reader.peek() == syntax.quote();
      Optional<String> wrong = quoted ? readQuoted() : Optional.empty();
      problem = problem.or(() -> wrong);
      int quotedLength = field.length();
      readPlain();
      if (quoted && field.length() > quotedLength) {
        problem = problem.or(() -> Optional.of("there is text behind a closing quote"));
      }
      if (isTooLong()) {
        fields.clear();
      } else {
        fields.add(quoted || !field.isEmpty() ? field.toString() : null);
      }
      field.setLength(0);
      if (reader.peek() != syntax.delimiter()) {
        break;
      }
      take();
    }
    if (reader.peek() == '\n') {
      reader.take();
    }
    Optional<String> undecoded = reader.takeProblem().or(() -> reader.otherEncoding(raw));
    if (isTooLong()) {
      String tooLong = limit.problem("the row", length, "characters");
      return Optional.of(
          new CsvRow(List.of(), DocumentLimit.beginning(line()), Optional.of(tooLong)));
    }
    Optional<String> first = undecoded.isPresent() ? undecoded : problem;
    return Optional.of(new CsvRow(fields, line(), first));
  }

  /** The same builder, or one without the memory that a long row has taken. */
  private static StringBuilder emptied(StringBuilder builder) {
    if (builder.capacity() > BUFFER) {
      return new StringBuilder();
    }
    builder.setLength(0);
    return builder;
  }

  private boolean isTooLong() {
    return length > limit.bytes();
  }

  /** Reads a field in quotes up to behind its closing quote. */
  private Optional<String> readQuoted() throws IOException {
    take();
    while (reader.peek() != END) {
      char c = take();
      if (syntax.isEscape(c) && reader.peek() != END) {
        hold(take());
      } else if (c != syntax.quote()) {
        hold(c);
      } else if (reader.peek() == syntax.quote()) {
        hold(take());
      } else {
        return Optional.empty();
      }
    }
    return Optional.of("a quote is not closed");
  }

  /** Reads up to a delimiter, a line feed or the end; a carriage return before those goes. */
  private void readPlain() throws IOException {
    int before = field.length();
    while (!isEnd(reader.peek()) && reader.peek() != syntax.delimiter()) {
      char c = take();
      if (syntax.isEscape(c) && reader.peek() != END) {
        c = take();
        before = field.length() + 1;
      }
      hold(c);
    }
    int last = field.length() - 1;
    if (isEnd(reader.peek()) && last >= before && field.charAt(last) == '\r') {
      field.setLength(last);
    }
  }

  private static boolean isEnd(int character) {
    return character == END || character == '\n';
  }

  private char take() throws IOException {
    char c = reader.take();
    length++;
    if (length <= limit.bytes()) {
      raw.append(c);
    } else if (length == limit.bytes() + 1L) {
      raw = new StringBuilder(DocumentLimit.beginning(raw.toString()));
      field = new StringBuilder();
    }
    return c;
  }

  private void hold(char c) {
    if (!isTooLong()) {
      field.append(c);
    }
  }

  private String line() {
    int last = raw.length() - 1;
    return last >= 0 && raw.charAt(last) == '\r' ? raw.substring(0, last) : raw.toString();
  }

  /** Why the file ended early, if it did. */
  Optional<String> damage() {
    return reader.damage();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
