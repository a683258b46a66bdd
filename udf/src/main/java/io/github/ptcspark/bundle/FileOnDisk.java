package io.github.ptcspark.bundle;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * An open file, read by blocks. That others delete or replace it makes no difference; that they
 * write to it is found by the checksum that each block had when it was first read.
 */
final class FileOnDisk implements FileContent {

  private static final int BLOCK = 1 << 20;

  private final String source;

  /** Unlike a channel it survives the interruption of a thread that reads. */
  private final RandomAccessFile file;

  private final long size;
  private final byte[] block;
  private final long[] checksums;
  private final BitSet known = new BitSet();
  private int current = -1;

  private FileOnDisk(String source, RandomAccessFile file) throws IOException {
    this.source = source;
    this.file = file;
    this.size = file.length();
    this.block = new byte[(int) Math.min(BLOCK, size)];
    this.checksums = new long[Math.toIntExact((size + BLOCK - 1) / BLOCK)];
  }

  /** Opens a file. */
  static FileOnDisk open(Path path) throws IOException {
    return open(path.toString(), path.toFile());
  }

  /**
   * Makes and opens a temporary file; nobody else finds it, and it is gone when it is no longer
   * used.
   *
   * @param source what is read, for messages
   */
  static FileOnDisk temporary(String source, BundleFiles.Writing content) throws IOException {
    Path path = Files.createTempFile("ptc", ".safetensors");
    try {
      try (OutputStream out = Files.newOutputStream(path)) {
        content.writeTo(out);
      }
      return open(source, path.toFile());
    } finally {
      if (!path.toFile().delete()) {
        path.toFile().deleteOnExit(); // Where open files cannot be deleted.
      }
    }
  }

  private static FileOnDisk open(String source, File path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path, "r");
    try {
      return new FileOnDisk(source, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void read(long position, ByteBuffer into) {
    Blocks.read(position, into, BLOCK, number -> ByteBuffer.wrap(block, 0, load(number)));
  }

  /** Brings a block into memory; its length. */
  private int load(int number) {
    long start = (long) number * BLOCK;
    int length = (int) Math.min(BLOCK, size - start);
    if (number == current) {
      return length;
    }
    current = -1;
    try {
      file.seek(start);
      file.readFully(block, 0, length);
    } catch (IOException e) {
      throw new BundleException("Cannot read %s: %s".formatted(source, FailureReason.of(e)), e);
    }
    CRC32C checksum = new CRC32C();
    checksum.update(block, 0, length);
    if (known.get(number) && checksums[number] != checksum.getValue()) {
      throw new BundleException(
          "Cannot read %s: it was written to while it was in use".formatted(source));
    }
    checksums[number] = checksum.getValue();
    known.set(number);
    current = number;
    return length;
  }
}
