package io.github.ptcspark.job.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file in which a run says that it lives.
 *
 * @param files where it lies
 * @param path the file
 */
record LockFile(FileSystem files, Path path) {

  private static final Duration BEING_WRITTEN = Duration.ofSeconds(1);

  /**
   * How often a run says that it lives, and for how long it may be silent.
   *
   * @param renewal time between two signs of life
   * @param patience time without one after which a run counts as dead, if nothing else tells
   */
  record Times(Duration renewal, Duration patience) {
    static final Times DEFAULT = new Times(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  /**
   * What the file says; nothing if there is none. It may be replaced while it is read, which an
   * object store reports as a failure: then it is read again.
   */
  Optional<Holder> read() throws IOException {
    long end = System.nanoTime() + BEING_WRITTEN.toNanos();
    while (true) {
      boolean isLast = System.nanoTime() >= end;
      try {
        Optional<Holder> holder = SmallFiles.read(files, path, Holder.class);
        if (holder.isPresent() || isLast) {
          return Optional.of(holder.orElse(Holder.UNKNOWN));
        }
      } catch (FileNotFoundException e) {
        return Optional.empty();
      } catch (IOException e) {
        if (isLast) {
          throw e;
        }
      }
      pause(BEING_WRITTEN.dividedBy(10));
    }
  }

  void write(Holder holder) throws IOException {
    SmallFiles.write(files, path, holder);
  }

  void delete() throws IOException {
    files.delete(path, false);
  }

  /**
   * Whether the run that the file names is dead. Where the operating system cannot tell, the file
   * is watched: what counts is whether it changes, not what clocks say.
   */
  boolean isLeftBehind(Holder holder, Times times) throws IOException {
    Optional<Boolean> lives = holder.lives();
    if (lives.isPresent()) {
      return !lives.get();
    }
    long end = System.nanoTime() + times.patience().toNanos();
    while (System.nanoTime() < end) {
      pause(times.renewal().dividedBy(2));
      Optional<Holder> later = read();
      if (later.isEmpty()) {
        return true;
      }
      if (!later.get().equals(holder)) {
        return false;
      }
    }
    return true;
  }

  private static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
