package io.github.ptcspark.job.corpus;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The lines that begin in a range. A line ends with a line feed, before which one carriage return
 * is dropped; a byte order mark at the start of the file is dropped too. Wherever the file is cut
 * into ranges, the same lines come out with the same offsets.
 */
final class LineReader implements Closeable {

  private static final int LONGEST = 1 << 29;

  private final FileRange range;
  private final RangeInput input;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private long offset;

  /** Opens a range. */
  LineReader(FileRange range, Configuration configuration) throws IOException {
    this.range = range;
    this.input = RangeInput.open(range, configuration);
    if (range.start() > 0) {
      offset = range.start() - 1;
      readLine();
    }
  }

  /** The next line, or nothing at the end of the range. */
  Optional<Line> next() throws IOException {
    long start = offset;
    if (start >= range.end()) {
      return Optional.empty();
    }
    boolean ended = readLine();
    if (!ended && offset == start) {
      return Optional.empty();
    }
    return Optional.of(new Line(start, text(start), ended));
  }

  /** Position of the next line. */
  long offset() {
    return offset;
  }

  /** Why the file ended early, if it did. */
  Optional<String> damage() {
    return input.damage();
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  /** Puts the next line, without the line feed, into {@link #line}; whether there was one. */
  private boolean readLine() throws IOException {
    line.reset();
    while (true) {
      if (position == limit && !fill()) {
        return false;
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      if (line.size() + (end - position) > LONGEST) {
        throw new IOException(
            "Cannot read " + range.name() + ": a line is longer than " + LONGEST + " bytes");
      }
      line.write(buffer, position, end - position);
      offset += end - position;
      position = end;
      if (end < limit) {
        position++;
        offset++;
        return true;
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, input.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  private String text(long start) {
    String text = line.toString(StandardCharsets.UTF_8);
    int first = start == 0 && text.startsWith("\uFEFF") ? 1 : 0;
    int last = text.length() - (text.endsWith("\r") ? 1 : 0);
    return text.substring(first, Math.max(first, last));
  }
}
