package io.github.ptcspark.job.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Members of a gzip file (RFC 1952) or zlib streams (RFC 1950), one after another to the end of the
 * file, each checked by its sum. Zeros behind the last one, with which tapes and some disks fill
 * up, are no data; anything else there is damage.
 */
final class Members extends InputStream {

  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int HEADER_SUM = 2;

  private final InputStream stored;
  private final boolean gzip;
  private final Inflater inflater;
  private final CRC32 sum = new CRC32();
  private final byte[] buffer = new byte[1 << 13];
  private int position;
  private int filled;
  private boolean inMember;
  private boolean ended;

  private Members(InputStream stored, boolean gzip) {
    this.stored = stored;
    this.gzip = gzip;
    this.inflater = new Inflater(gzip);
  }

  /** The data of a gzip file. */
  static InputStream gzip(InputStream stored) {
    return new Members(stored, true);
  }

  /** The data of zlib streams, which Hadoop calls deflate. */
  static InputStream zlib(InputStream stored) {
    return new Members(stored, false);
  }

  /** Whether a zlib stream could begin so: with its method and a check of both bytes. */
  static boolean isZlib(byte[] head) {
    return head.length >= 2
        && (head[0] & 0x8f) == 8
        && ((head[0] & 0xff) * 256 + (head[1] & 0xff)) % 31 == 0;
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
    while (!ended) {
      if (!inMember && !begin()) {
        return -1;
      }
      int count = inflate(target, offset, length);
      if (count > 0) {
        sum.update(target, offset, count);
        return count;
      }
      if (inflater.finished()) {
        finish();
      } else if (inflater.needsDictionary()) {
        throw new IOException("It needs a dictionary");
      } else {
        fillInflater();
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      throw new IOException(e.getMessage() == null ? "Invalid data" : e.getMessage(), e);
    }
  }

  /** Gets to the data of the next member; false at the end. */
  private boolean begin() throws IOException {
    int first = next();
    boolean padded = first == 0;
    while (first == 0) {
      first = next();
    }
    if (first < 0) {
      ended = true;
      return false;
    }
    if (padded) {
      throw new IOException("Garbage after the compressed data");
    }
    inflater.reset();
    sum.reset();
    if (gzip) {
      header(first);
      inflater.setInput(buffer, position, filled - position);
    } else {
      inflater.setInput(buffer, --position, filled - position);
    }
    inMember = true;
    return true;
  }

  private void header(int first) throws IOException {
    if (first != 0x1f || required() != 0x8b || required() != 8) {
      throw new IOException("Garbage after the compressed data");
    }
    int flags = required();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(required() + 256 * required());
    }
    if ((flags & NAME) != 0) {
      skipString();
    }
    if ((flags & COMMENT) != 0) {
      skipString();
    }
    if ((flags & HEADER_SUM) != 0) {
      skip(2);
    }
  }

  /** Ends a member; zlib's sum has been checked by then. */
  private void finish() throws IOException {
    position = filled - inflater.getRemaining();
    inMember = false;
    if (gzip && (littleEndian() != sum.getValue() || littleEndian() != size())) {
      throw new IOException("The data is not what its checksum says");
    }
  }

  private long size() {
    return inflater.getBytesWritten() & 0xffffffffL;
  }

  private long littleEndian() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      value |= (long) required() << shift;
    }
    return value;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      required();
    }
  }

  private void skipString() throws IOException {
    while (required() != 0) {}
  }

  private void fillInflater() throws IOException {
    if (!fill()) {
      throw brokenOff();
    }
    inflater.setInput(buffer, 0, filled);
    position = filled;
  }

  private int required() throws IOException {
    int value = next();
    if (value < 0) {
      throw brokenOff();
    }
    return value;
  }

  private static EOFException brokenOff() {
    return new EOFException("Unexpected end of input stream");
  }

  private int next() throws IOException {
    return position == filled && !fill() ? -1 : buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, stored.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    stored.close();
  }
}
