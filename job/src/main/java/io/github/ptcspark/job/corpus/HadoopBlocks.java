package io.github.ptcspark.job.corpus;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;

/**
 * Data in blocks, each compressed for itself, as Hadoop's {@code BlockCompressorStream} writes them
 * with LZ4 and Snappy: {@code length, (stored, chunk)...}, where {@code length} is that of the
 * decompressed chunks together and {@code stored} that of the compressed chunk; all are big-endian
 * int32. Files of snappy-java's {@code SnappyOutputStream} have a header and chunks without {@code
 * length}.
 */
final class HadoopBlocks extends InputStream {

  private static final int XERIAL_MAGIC = 0x82534e41;
  private static final int XERIAL_HEADER = 16;

  /** Most bytes of a first block: Hadoop has 256 KiB, and text begins with larger numbers. */
  private static final int MOST = 1 << 27;

  /** How one chunk is decompressed. */
  private interface Chunk {

    InputStream open(InputStream stored) throws IOException;
  }

  private final InputStream stored;
  private final Chunk format;
  private final boolean lengths;

  /** What is still to come of the block, in decompressed bytes. */
  private long left;

  private byte[] chunk = new byte[0];
  private int position;

  private HadoopBlocks(InputStream stored, Chunk format, boolean lengths) {
    this.stored = stored;
    this.format = format;
    this.lengths = lengths;
  }

  /** Blocks of Hadoop's codec for LZ4. */
  static InputStream lz4(InputStream stored) {
    return new HadoopBlocks(stored, BlockLZ4CompressorInputStream::new, true);
  }

  /** Blocks of Hadoop's codec for Snappy. */
  static InputStream snappy(InputStream stored) {
    return new HadoopBlocks(stored, SnappyCompressorInputStream::new, true);
  }

  /** What snappy-java writes. */
  static InputStream xerial(InputStream stored) {
    return new HadoopBlocks(stored, SnappyCompressorInputStream::new, false);
  }

  /**
   * Whether a file of Hadoop's could begin so: with an empty block, or one that holds as many bytes
   * as the chunk behind it can.
   */
  static boolean isLikely(byte[] head) {
    if (head.length < 4) {
      return false;
    }
    long raw = ByteBuffer.wrap(head).getInt();
    if (head.length < 8) {
      return raw == 0 && head.length == 4;
    }
    long chunk = ByteBuffer.wrap(head).getInt(4);
    return raw == 0 || (raw > 0 && raw <= MOST && chunk > 0 && chunk <= 32 + raw + raw / 6);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == chunk.length && !next()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, target, offset, count);
    position += count;
    return count;
  }

  /** Decompresses the next chunk; false at the end of the data. */
  private boolean next() throws IOException {
    position = 0;
    chunk = new byte[0];
    while (chunk.length == 0) {
      byte[] length = stored.readNBytes(Integer.BYTES);
      if (length.length == 0 && left == 0) {
        return false;
      }
      int value = number(length);
      if (!lengths) {
        nextOfXerial(value);
      } else if (left == 0) {
        left = nonNegative(value);
      } else {
        chunk = decompress(value, left);
        left -= chunk.length;
      }
    }
    return true;
  }

  private void nextOfXerial(int value) throws IOException {
    if (value == XERIAL_MAGIC) { // Of the first or of a further stream.
      if (stored.readNBytes(XERIAL_HEADER - Integer.BYTES).length < XERIAL_HEADER - Integer.BYTES) {
        throw new EOFException("Unexpected end of input stream");
      }
    } else {
      chunk = decompress(value, Integer.MAX_VALUE);
    }
  }

  private byte[] decompress(int bytes, long most) throws IOException {
    byte[] compressed = stored.readNBytes(nonNegative(bytes));
    if (compressed.length < bytes) {
      throw new EOFException("Unexpected end of input stream");
    }
    try (InputStream input = format.open(new ByteArrayInputStream(compressed))) {
      byte[] decompressed = input.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE));
      if (decompressed.length > most || (decompressed.length == 0 && most > 0 && lengths)) {
        throw new IOException("A block has another length than it says");
      }
      return decompressed;
    } catch (RuntimeException e) { // Of the libraries, about bytes that make no sense.
      throw new IOException("A block is damaged", e);
    }
  }

  private static int number(byte[] bytes) throws IOException {
    if (bytes.length < Integer.BYTES) {
      throw new EOFException("Unexpected end of input stream");
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  private static int nonNegative(int value) throws IOException {
    if (value < 0) {
      throw new IOException("A block has a length below 0");
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
