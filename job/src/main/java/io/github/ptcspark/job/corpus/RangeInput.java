package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The bytes of a range, decompressed where they are compressed, see {@link Compression}.
 *
 * <p>Compressed data that breaks off or is damaged ends the stream where it does so, and {@link
 * #damage()} says why: what came before it is not lost. A failure of the file system is thrown.
 */
final class RangeInput extends InputStream {

  private final Source source;
  private final Optional<Compression.Decompressor> compression;
  private Optional<String> damage = Optional.empty();

  /** What is read from; compressed data is opened when it is read. */
  private InputStream bytes;

  private RangeInput(Source source, Optional<Compression.Decompressor> compression) {
    this.source = source;
    this.compression = compression;
  }

  /**
   * Opens a range at the byte before its start, or at the start of the file.
   *
   * @throws IOException if that fails, or the file is compressed in a way that is not read here
   */
  @SuppressWarnings("MustBeClosed")
  static RangeInput open(FileRange range, Configuration configuration) throws IOException {
    Path path = new Path(range.path());
    FSDataInputStream file = FileSystems.forReading(path, configuration).open(path);
    try {
      if (range.start() > 0) {
        file.seek(range.start() - 1);
        return new RangeInput(new Source(file, new byte[0]), Optional.empty());
      }
      byte[] head = file.readNBytes(Compression.HEAD);
      return new RangeInput(new Source(file, head), decompressor(path, head, configuration));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Files of Hadoop codecs that others have configured are left to these. */
  private static Optional<Compression.Decompressor> decompressor(
      Path path, byte[] head, Configuration configuration) throws IOException {
    if (!Compression.isNamed(path.getName())) {
      CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
      if (codec != null) {
        return Optional.of(codec::createInputStream);
      }
    }
    return Compression.of(path.getName(), head);
  }

  /** Why the stream ended before its data did, if it did. */
  Optional<String> damage() {
    return damage;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (damage.isPresent()) {
      return -1;
    }
    try {
      if (bytes == null) {
        bytes = compression.isPresent() ? compression.get().open(source) : source;
      }
      return bytes.read(target, offset, length);
    } catch (IOException | RuntimeException e) { // The latter of libraries that meet nonsense.
      if (compression.isEmpty() || source.failed) {
        throw e;
      }
      damage = Optional.of("the compressed data is damaged (" + JobException.reason(e) + ")");
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    try (source) {
      if (bytes != null) {
        bytes.close();
      }
    }
  }

  /** The stored bytes; knows whether it was reading them that failed. */
  private static final class Source extends PushbackInputStream {

    private boolean failed;

    /** The bytes of a file of which the first have been read. */
    Source(InputStream file, byte[] head) throws IOException {
      super(file, Compression.HEAD);
      unread(head);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }
}
