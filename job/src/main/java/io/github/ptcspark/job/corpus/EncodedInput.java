package io.github.ptcspark.job.corpus;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The bytes of a range of a text file, with what its beginning says of their encoding. */
final class EncodedInput implements Closeable {

  private static final int HEAD = 1 << 12;

  private final RangeInput range;
  private final InputStream bytes;
  private final TextDecoder decoder;
  private final byte[] head;
  private final long offset;

  private EncodedInput(
      RangeInput range, InputStream bytes, TextDecoder decoder, byte[] head, long offset) {
    this.range = range;
    this.bytes = bytes;
    this.decoder = decoder;
    this.head = head;
    this.offset = offset;
  }

  /**
   * Opens a range at the start of the file, or where the line feed would lie that ends right where
   * the first line of the range may begin.
   */
  static EncodedInput open(FileRange range, TextEncoding encoding, Configuration configuration)
      throws IOException {
    return range.start() == 0
        ? atStart(range, encoding, configuration)
        : within(range, encoding, configuration);
  }

  @SuppressWarnings("MustBeClosed")
  private static EncodedInput atStart(
      FileRange range, TextEncoding encoding, Configuration configuration) throws IOException {
    RangeInput input = RangeInput.open(range, configuration);
    try {
      byte[] head = input.readNBytes(HEAD);
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), input);
      return new EncodedInput(input, all, encoding.decoder(head), head, 0);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosed")
  private static EncodedInput within(
      FileRange range, TextEncoding encoding, Configuration configuration) throws IOException {
    byte[] head;
    FileRange whole = new FileRange(range.path(), 0, Long.MAX_VALUE);
    try (RangeInput input = RangeInput.open(whole, configuration)) {
      head = input.readNBytes(HEAD);
    }
    TextDecoder decoder = encoding.decoder(head);
    int unit = decoder.lineFeed().length;
    long offset = (range.start() + unit - 1) / unit * unit - unit;
    RangeInput input =
        RangeInput.open(new FileRange(range.path(), offset + 1, range.end()), configuration);
    return new EncodedInput(input, input, decoder, head, offset);
  }

  /** The bytes, from {@link #offset()} on, a byte order mark included. */
  InputStream bytes() {
    return bytes;
  }

  /** Position of the first byte in the (decompressed) file. */
  long offset() {
    return offset;
  }

  TextDecoder decoder() {
    return decoder;
  }

  /** How the file begins: some thousand characters, of which the last may be cut. */
  String head() {
    String text = decoder.show(head);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Why the file ended early, if it did. */
  Optional<String> damage() {
    return range.damage();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
