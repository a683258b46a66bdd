package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;

/**
 * Bytes in memory.
 *
 * @param all those between position and limit
 */
record BytesInMemory(ByteBuffer all) implements FileContent {

  @Override
  public long size() {
    return all.remaining();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    into.put(slice(position, into.remaining()));
  }

  @Override
  public ByteBuffer slice(long position, int length) {
    return all.slice(all.position() + (int) position, length);
  }

  @Override
  public byte[] bytes() {
    if (all.hasArray() && all.arrayOffset() == 0 && all.remaining() == all.array().length) {
      return all.array();
    }
    byte[] copy = new byte[all.remaining()];
    all.duplicate().get(copy);
    return copy;
  }
}
