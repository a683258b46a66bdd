package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.Optional;

/**
 * The records of a JSON file that does not have one in each line: the elements of an array, or
 * objects that go over several lines. They are found by brackets and strings alone, so that a
 * record that is wrong inside takes no other down with it; one in which a bracket or a string stays
 * open takes the rest of the file. Of a record that is too long no more than the beginning is held.
 */
final class JsonRecordReader implements LineSource {

  private static final String WHITE_SPACE = " \t\r\n";
  private static final String NO_RECORD = "there is no value between two commas";
  private static final String NO_LAST_RECORD = "there is no value behind the last comma";
  private static final String OPEN_ARRAY = "the array is not closed";

  private final TextReader reader;
  private final DocumentLimit limit;
  private StringBuilder record = new StringBuilder();
  private long bytes;
  private long ordinal;
  private boolean inArray;

  /** Whether a value has to come, as behind a comma. */
  private boolean valueDue;

  /** Whether a value has come behind which a comma or the end of the array has to come. */
  private boolean commaDue;

  JsonRecordReader(TextReader reader, DocumentLimit limit) {
    this.reader = reader;
    this.limit = limit;
  }

  /**
   * Whether a file holds such records and no lines: it begins with an array of objects, or with an
   * object whose first line ends where no value ends.
   *
   * @param head the beginning of the file
   */
  static boolean isIn(String head) {
    int first = skipWhiteSpace(head, 0);
    if (first == head.length()) {
      return false;
    }
    if (head.charAt(first) == '[') {
      int second = skipWhiteSpace(head, first + 1);
      return second < head.length() && "{]".indexOf(head.charAt(second)) >= 0;
    }
    int lineFeed = head.indexOf('\n', first);
    if (head.charAt(first) != '{' || lineFeed < 0) {
      return false;
    }
    int next = skipWhiteSpace(head, lineFeed);
    char begins = next == head.length() ? ' ' : head.charAt(next);
    String line = head.substring(first, lineFeed).stripTrailing();
    return switch (line.charAt(line.length() - 1)) {
      case '{' -> begins == '"' || begins == '}';
      case '[', ':' -> begins != ' ';
      case ',' -> begins == '"';
      case '}' -> begins == ',';
      default -> begins == ',' || begins == '}';
    };
  }

  private static int skipWhiteSpace(String text, int from) {
    int at = from;
    while (at < text.length() && WHITE_SPACE.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  @Override
  public Optional<Line> next() throws IOException {
    while (true) {
      skipWhiteSpace();
      int c = reader.peek();
      if (c == TextReader.END) {
        boolean wasOpen = inArray;
        inArray = false;
        return wasOpen ? Optional.of(line(Optional.of(OPEN_ARRAY), false)) : Optional.empty();
      }
      if (!inArray && c == '[') {
        reader.take();
        inArray = true;
        valueDue = false;
        commaDue = false;
      } else if (inArray && c == ']') {
        reader.take();
        inArray = false;
        if (valueDue) {
          return Optional.of(line(Optional.of(NO_LAST_RECORD), true));
        }
      } else if (inArray && c == ',') {
        reader.take();
        boolean hadValue = commaDue;
        commaDue = false;
        valueDue = true;
        if (!hadValue) {
          return Optional.of(line(Optional.of(NO_RECORD), true));
        }
      } else {
        readRecord();
        valueDue = false;
        commaDue = inArray;
        boolean cut = reader.peek() == TextReader.END && (!inArray || damage().isPresent());
        return Optional.of(line(reader.takeProblem(), !cut));
      }
    }
  }

  private void skipWhiteSpace() throws IOException {
    while (reader.peek() != TextReader.END && WHITE_SPACE.indexOf(reader.peek()) >= 0) {
      reader.take();
    }
  }

  /** Takes one record, up to what ends it. */
  private void readRecord() throws IOException {
    boolean object = reader.peek() == '{';
    int depth = 0;
    boolean inString = false;
    while (reader.peek() != TextReader.END) {
      int c = reader.peek();
      if (!inString && depth == 0 && isEnd(c)) {
        return;
      }
      take();
      if (inString) {
        if (c == '\\' && reader.peek() != TextReader.END) {
          take();
        }
        inString = c != '"';
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0 && object && !inArray) {
        return;
      }
      depth = Math.max(0, depth);
    }
  }

  /** In an array a record ends before a comma or the end of the array, elsewhere with its line. */
  private boolean isEnd(int c) {
    return inArray ? c == ',' || c == ']' : c == '\n';
  }

  private void take() throws IOException {
    char c = reader.take();
    bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    if (bytes <= limit.bytes()) {
      record.append(c);
    } else if (record.length() > DocumentLimit.SHOWN) {
      record = new StringBuilder(record.substring(0, DocumentLimit.SHOWN + 1));
    }
  }

  private Line line(Optional<String> problem, boolean ended) {
    String text = record.toString().stripTrailing();
    Line line = new Line(ordinal++, bytes, text, problem, ended);
    if (record.capacity() > 1 << 16) {
      record = new StringBuilder();
    }
    record.setLength(0);
    bytes = 0;
    return line;
  }

  @Override
  public long offset() {
    return ordinal;
  }

  @Override
  public String what() {
    return "the record";
  }

  @Override
  public Optional<String> damage() {
    return reader.damage();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
