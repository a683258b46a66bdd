package io.github.ptcspark.job.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Optional;

/**
 * The characters of a file, one by one, without a byte order mark at its start. What cannot be
 * decoded is U+FFFD, and a problem until somebody takes it.
 */
final class TextReader implements Closeable {

  /** What {@link #peek} returns at the end. */
  static final int END = -1;

  private static final int BUFFER = 1 << 16;

  private final EncodedInput input;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer characters = CharBuffer.allocate(BUFFER).flip();

  /** What is wrong with the last character that is decoded, if anything. */
  private Optional<String> wrong = Optional.empty();

  private Optional<String> problem = Optional.empty();
  private boolean last;
  private boolean ended;
  private int next;

  TextReader(EncodedInput input) throws IOException {
    this.input = input;
    this.decoder = input.decoder().strict();
    next = decoded();
    if (next == '\uFEFF') {
      next = decoded();
    }
  }

  /** The next character, or {@link #END}; it stays the next one until it is taken. */
  int peek() {
    return next;
  }

  /** Takes a character that is not the end. */
  char take() throws IOException {
    char c = (char) next;
    if (wrong.isPresent() && !characters.hasRemaining()) {
      problem = problem.isPresent() ? problem : wrong;
      wrong = Optional.empty();
    }
    next = decoded();
    return c;
  }

  /** What could not be decoded of what was taken since the last call, if anything. */
  Optional<String> takeProblem() {
    Optional<String> taken = input.decoder().fault().or(() -> problem);
    problem = Optional.empty();
    return taken;
  }

  /** What else the text seems to be, if it is nothing that people write. */
  Optional<String> otherEncoding(CharSequence text) {
    return input.decoder().otherEncoding(text);
  }

  /** Why the file ended early, if it did. */
  Optional<String> damage() {
    return input.damage();
  }

  private int decoded() throws IOException {
    while (!characters.hasRemaining()) {
      if (ended) {
        return END;
      }
      characters.clear().limit(BUFFER - 1); // There is room for one that stands for wrong bytes.
      CoderResult result = decoder.decode(bytes, characters, last);
      if (result.isError()) {
        byte[] these = new byte[result.length()];
        bytes.get(these);
        wrong = Optional.of(input.decoder().problem(these));
        characters.limit(BUFFER).put('\uFFFD');
      } else if (result.isUnderflow() && last) {
        ended = decoder.flush(characters).isUnderflow();
      } else if (result.isUnderflow()) {
        last = !fill();
      }
      characters.flip();
    }
    return characters.get();
  }

  private boolean fill() throws IOException {
    bytes.compact();
    int read = input.bytes().read(bytes.array(), bytes.position(), bytes.remaining());
    bytes.position(bytes.position() + Math.max(0, read));
    bytes.flip();
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
