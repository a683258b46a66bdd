package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The bytes of a range, decompressed by the file's extension.
 *
 * <p>Compressed data that breaks off or is damaged ends the stream where it does so, and {@link
 * #damage()} says why: what came before it is not lost. A failure of the file system is thrown.
 */
final class RangeInput extends InputStream {

  private final Source source;
  private final InputStream bytes;
  private final boolean compressed;
  private Optional<String> damage = Optional.empty();

  private RangeInput(Source source, InputStream bytes, boolean compressed) {
    this.source = source;
    this.bytes = bytes;
    this.compressed = compressed;
  }

  /** Opens a range at the byte before its start, or at the start of the file. */
  @SuppressWarnings("MustBeClosed")
  static RangeInput open(FileRange range, Configuration configuration) throws IOException {
    Path path = new Path(range.path());
    CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
    FSDataInputStream file = path.getFileSystem(configuration).open(path);
    try {
      Source source = new Source(file);
      if (codec != null) {
        return new RangeInput(source, codec.createInputStream(source), true);
      }
      file.seek(Math.max(0, range.start() - 1));
      return new RangeInput(source, source, false);
    } catch (IOException e) {
      file.close();
      throw e;
    } catch (RuntimeException e) { // A codec whose native library is not there.
      file.close();
      throw new IOException(JobException.reason(e), e);
    }
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
      return bytes.read(target, offset, length);
    } catch (IOException e) {
      if (!compressed || source.failed) {
        throw e;
      }
      damage = Optional.of("the compressed data is damaged (" + JobException.reason(e) + ")");
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /** The stored bytes; knows whether it was reading them that failed. */
  private static final class Source extends FilterInputStream {

    private boolean failed;

    Source(InputStream in) {
      super(in);
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
