package io.github.ptcspark.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The bytes of a file, wherever they lie: in memory, on a disk, or with Spark. They never change.
 * Threads may share it.
 */
public interface FileContent {

  /** The number of bytes. */
  long size();

  /**
   * Reads bytes from a position on until the buffer is full.
   *
   * @throws BundleException if they cannot be read
   */
  void read(long position, ByteBuffer into);

  /**
   * Some of the bytes, not to be written to; a copy where they are not in memory.
   *
   * @throws BundleException if they cannot be read
   */
  default ByteBuffer slice(long position, int length) {
    ByteBuffer copy = ByteBuffer.allocate(length);
    read(position, copy);
    return copy.flip();
  }

  /**
   * All bytes, not to be written to.
   *
   * @throws BundleException if they cannot be read
   */
  default byte[] bytes() {
    return slice(0, Math.toIntExact(size())).array();
  }

  /**
   * Writes all bytes.
   *
   * @throws BundleException if they cannot be read
   * @throws IOException if they cannot be written
   */
  default void writeTo(OutputStream out) throws IOException {
    byte[] block = new byte[1 << 16];
    long position = 0;
    while (position < size()) {
      int count = (int) Math.min(block.length, size() - position);
      read(position, ByteBuffer.wrap(block, 0, count));
      out.write(block, 0, count);
      position += count;
    }
  }

  /** Bytes in memory, which are not copied. */
  static FileContent of(byte[] bytes) {
    return new BytesInMemory(ByteBuffer.wrap(bytes));
  }
}
