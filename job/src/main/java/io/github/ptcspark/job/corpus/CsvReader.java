package io.github.ptcspark.job.corpus;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of comma-separated values as RFC 4180 has them: a field in quotes may hold delimiters and
 * line ends, and a quote if it is doubled; rows end with a line feed, with or without a carriage
 * return before it. A quote inside a field that does not begin with one is a character like any
 * other. Empty lines are no rows; a byte order mark at the start is dropped.
 */
final class CsvReader implements Closeable {

  private static final int LONGEST = 1 << 29;
  private static final int END = -1;

  private final String name;
  private final Reader reader;
  private final char delimiter;
  private final StringBuilder raw = new StringBuilder();
  private final StringBuilder field = new StringBuilder();
  private int next;

  /**
   * A row.
   *
   * @param fields the values; null for an empty one that is not in quotes
   * @param raw the row as it stands in the file, without its line end
   * @param problem what is wrong with its quotes, if anything
   */
  record CsvRow(List<String> fields, String raw, Optional<String> problem) {}

  /**
   * Rows of UTF-8 text; bytes that are none become U+FFFD.
   *
   * @param name the file, for messages
   */
  CsvReader(String name, InputStream input, char delimiter) throws IOException {
    this.name = name;
    this.reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8), 1 << 16);
    this.delimiter = delimiter;
    this.next = reader.read();
    if (next == '\uFEFF') {
      next = reader.read();
    }
  }

  /** The next row, or nothing at the end. */
  Optional<CsvRow> next() throws IOException {
    while (next == '\n' || next == '\r') {
      next = reader.read();
    }
    if (next == END) {
      return Optional.empty();
    }
    raw.setLength(0);
    List<String> fields = new ArrayList<>();
    Optional<String> problem = Optional.empty();
    while (true) {
      boolean quoted = next == '"';
      Optional<String> wrong = quoted ? readQuoted() : Optional.empty();
      problem = problem.or(() -> wrong);
      int quotedLength = field.length();
      readPlain();
      if (quoted && field.length() > quotedLength) {
        problem = problem.or(() -> Optional.of("there is text behind a closing quote"));
      }
      fields.add(quoted || !field.isEmpty() ? field.toString() : null);
      field.setLength(0);
      if (next != delimiter) {
        break;
      }
      take();
    }
    if (next == '\n') {
      next = reader.read();
    }
    return Optional.of(new CsvRow(fields, line(), problem));
  }

  /** Reads a field in quotes up to behind its closing quote. */
  private Optional<String> readQuoted() throws IOException {
    take();
    while (next != END) {
      char c = take();
      if (c != '"') {
        field.append(c);
      } else if (next == '"') {
        field.append(take());
      } else {
        return Optional.empty();
      }
    }
    return Optional.of("a quote is not closed");
  }

  /** Reads up to a delimiter, a line feed or the end; a carriage return before those goes. */
  private void readPlain() throws IOException {
    int before = field.length();
    while (next != END && next != '\n' && next != delimiter) {
      field.append(take());
    }
    int last = field.length() - 1;
    if ((next == '\n' || next == END) && last >= before && field.charAt(last) == '\r') {
      field.setLength(last);
    }
  }

  private char take() throws IOException {
    if (raw.length() == LONGEST) {
      throw new IOException(
          "Cannot read " + name + ": a row is longer than " + LONGEST + " characters");
    }
    char c = (char) next;
    raw.append(c);
    next = reader.read();
    return c;
  }

  private String line() {
    int last = raw.length() - 1;
    return last >= 0 && raw.charAt(last) == '\r' ? raw.substring(0, last) : raw.toString();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
