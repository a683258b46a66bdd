package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** Reads over the borders of the blocks in which the bytes of a file lie. */
public final class Blocks {

  private Blocks() {}

  /**
   * Reads bytes from a position on until a buffer is full.
   *
   * @param size of every block but the last, in bytes
   * @param blocks a block by its number, all of it between position and limit
   */
  public static void read(
      long position, ByteBuffer into, int size, IntFunction<ByteBuffer> blocks) {
    long from = position;
    while (into.hasRemaining()) {
      ByteBuffer block = blocks.apply(Math.toIntExact(from / size));
      int offset = (int) (from % size);
      int count = Math.min(into.remaining(), block.remaining() - offset);
      into.put(block.slice(block.position() + offset, count));
      from += count;
    }
  }
}
