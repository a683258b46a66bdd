package io.github.ptcspark.job.corpus;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The lines that begin in a range. A line ends with a line feed, before which one carriage return
 * is dropped; a byte order mark at the start of the file is dropped too. Wherever the file is cut
 * into ranges, the same lines come out with the same offsets. Of a line that is too long no more
 * than the beginning is held.
 */
final class LineReader implements Closeable {

  private static final int BUFFER = 1 << 16;

  private final FileRange range;
  private final DocumentLimit limit;
  private final RangeInput input;
  private final byte[] buffer = new byte[BUFFER];
  private ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Bytes of the line, which are more than there are in {@link #line} if it is too long. */
  private long length;

  private int position;
  private int filled;
  private long offset;

  /** Opens a range. */
  LineReader(FileRange range, Configuration configuration, DocumentLimit limit) throws IOException {
    this.range = range;
    this.limit = limit;
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
    return Optional.of(new Line(start, length, text(start), ended));
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

  /**
   * Puts the next line, without the line feed, into {@link #line}, or its beginning if it is too
   * long; whether there was a line feed.
   */
  private boolean readLine() throws IOException {
    if (line.size() > BUFFER) {
      line = new ByteArrayOutputStream(); // A long line's buffer is not for all that follow it.
    }
    line.reset();
    length = 0;
    while (true) {
      if (position == filled && !fill()) {
        return false;
      }
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      hold(end - position);
      offset += end - position;
      position = end;
      if (end < filled) {
        position++;
        offset++;
        return true;
      }
    }
  }

  /** Adds some bytes to the line; the line that gets too long with them is cut to a beginning. */
  private void hold(int bytes) {
    boolean wasHeld = length <= limit.bytes();
    length += bytes;
    if (length <= limit.bytes()) {
      line.write(buffer, position, bytes);
    } else if (wasHeld) {
      line.write(buffer, position, bytes);
      byte[] beginning = Arrays.copyOf(line.toByteArray(), Math.min(line.size(), BUFFER));
      line = new ByteArrayOutputStream();
      line.writeBytes(beginning);
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, input.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  private String text(long start) {
    String text = line.toString(StandardCharsets.UTF_8);
    int first = start == 0 && text.startsWith("\uFEFF") ? 1 : 0;
    int last = text.length() - (text.endsWith("\r") ? 1 : 0);
    return text.substring(first, Math.max(first, last));
  }
}
