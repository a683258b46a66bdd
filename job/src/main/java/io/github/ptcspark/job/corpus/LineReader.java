package io.github.ptcspark.job.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The lines that begin in a range. A line ends with a line feed in the file's encoding, before
 * which one carriage return is dropped; a byte order mark at the start of the file is dropped too.
 * Wherever the file is cut into ranges, the same lines come out with the same offsets. Of a line
 * that is too long no more than the beginning is held.
 */
final class LineReader implements LineSource {

  private static final int BUFFER = 1 << 16;

  private final FileRange range;
  private final DocumentLimit limit;
  private final EncodedInput input;
  private final byte[] lineFeed;
  private final byte[] buffer = new byte[BUFFER];
  private ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Bytes of the line, which are more than there are in {@link #line} if it is too long. */
  private long length;

  private int position;
  private int filled;
  private long offset;

  /**
   * Reads a range.
   *
   * @param input the range, opened
   */
  LineReader(FileRange range, EncodedInput input, DocumentLimit limit) throws IOException {
    this.range = range;
    this.limit = limit;
    this.input = input;
    this.lineFeed = input.decoder().lineFeed();
    if (range.start() > 0) {
      offset = input.offset();
      readLine();
    }
  }

  /** Opens ranges of files in an encoding. */
  static LineSource.Opener of(TextEncoding encoding) {
    return (range, configuration, limit) -> open(range, encoding, configuration, limit);
  }

  @SuppressWarnings("MustBeClosed")
  private static LineReader open(
      FileRange range, TextEncoding encoding, Configuration configuration, DocumentLimit limit)
      throws IOException {
    EncodedInput input = EncodedInput.open(range, encoding, configuration);
    try {
      return new LineReader(range, input, limit);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  @Override
  public Optional<Line> next() throws IOException {
    long start = offset;
    if (start >= range.end()) {
      return Optional.empty();
    }
    boolean ended = readLine();
    if (!ended && offset == start) {
      return Optional.empty();
    }
    TextDecoder.Decoded decoded = input.decoder().decode(line.toByteArray());
    return Optional.of(
        new Line(start, length, text(start, decoded.text()), decoded.problem(), ended));
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public String what() {
    return "the line";
  }

  @Override
  public Optional<String> damage() {
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
      int end = lineEnd();
      hold(end - position);
      offset += end - position;
      position = end;
      if (end < filled) {
        position += lineFeed.length;
        offset += lineFeed.length;
        return true;
      }
    }
  }

  /** Where the next line feed is in the buffer, or the end of what is in there. */
  private int lineEnd() {
    int size = lineFeed.length;
    int last = filled - size;
    for (int at = position; at <= last; at += size) {
      if (buffer[at + size - 1] == lineFeed[size - 1]
          && (size == 1 || Arrays.equals(buffer, at, at + size, lineFeed, 0, size))) {
        return at;
      }
    }
    return filled;
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

  /** Fills the buffer with whole units of the encoding, but at the end of the file. */
  private boolean fill() throws IOException {
    position = 0;
    filled = 0;
    do {
      int read = input.bytes().read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        break;
      }
      filled += read;
    } while (filled % lineFeed.length > 0);
    return filled > 0;
  }

  private static String text(long start, String text) {
    int first = start == 0 && text.startsWith("\uFEFF") ? 1 : 0;
    int last = text.length() - (text.endsWith("\r") ? 1 : 0);
    return text.substring(first, Math.max(first, last));
  }
}
