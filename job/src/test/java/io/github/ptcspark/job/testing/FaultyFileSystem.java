package io.github.ptcspark.job.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system under the scheme {@code faulty}, which fails on request: from some change
 * on, as for a process that dies there; or when it is full.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {

  private static final URI NAME = URI.create("faulty:///");
  private static final AtomicLong CHANGES_LEFT = new AtomicLong(Long.MAX_VALUE);
  private static volatile boolean once;
  private static final AtomicLong BYTES_LEFT = new AtomicLong(Long.MAX_VALUE);
  private static final AtomicReference<String> GOING = new AtomicReference<>();

  /** Makes the scheme known. */
  public static void register(Configuration configuration) {
    configuration.set("fs.faulty.impl", FaultyFileSystem.class.getName());
  }

  /** Lets so many changes happen; every later one fails. */
  public static void failAfterChanges(long changes) {
    once = false;
    CHANGES_LEFT.set(changes);
  }

  /** Lets so many changes happen; the next fails, and those after it happen again. */
  public static void failOnceAfterChanges(long changes) {
    failAfterChanges(changes);
    once = true;
  }

  /** Has space for so many bytes. */
  public static void fullAfterBytes(long bytes) {
    BYTES_LEFT.set(bytes);
  }

  /**
   * Removes directories of a name, which are empty, between their listing and that of what they
   * hold.
   */
  public static void removeAsListed(String name) {
    GOING.set(name);
  }

  /** Changes that were allowed for and did not happen. */
  public static long changesLeft() {
    return CHANGES_LEFT.get();
  }

  /** Space that is left. */
  public static long bytesLeft() {
    return BYTES_LEFT.get();
  }

  /** Fails no more. */
  public static void mend() {
    failAfterChanges(Long.MAX_VALUE);
    fullAfterBytes(Long.MAX_VALUE);
    removeAsListed(null);
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public String getScheme() {
    return NAME.getScheme();
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return limited(super.create(path, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return limited(
        super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  /** Without owner and permissions, for which the superclass wants the scheme of local files. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus status = super.getFileStatus(path);
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    if (path.getName().equals(GOING.get())) {
      super.delete(path, false);
    }
    return super.listStatus(path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change();
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change();
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    change();
    return super.mkdirs(path);
  }

  private static void change() throws IOException {
    long left = CHANGES_LEFT.getAndDecrement();
    if (once ? left == 0 : left <= 0) {
      throw new IOException("the process died here");
    }
  }

  private static FSDataOutputStream limited(OutputStream out) throws IOException {
    return new FSDataOutputStream(
        new FilterOutputStream(out) {
          @Override
          public void write(int b) throws IOException {
            take(1);
            out.write(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            take(length);
            out.write(bytes, offset, length);
          }
        },
        null);
  }

  private static void take(long bytes) throws IOException {
    if (BYTES_LEFT.addAndGet(-bytes) < 0) {
      throw new IOException("No space left on device");
    }
  }
}
