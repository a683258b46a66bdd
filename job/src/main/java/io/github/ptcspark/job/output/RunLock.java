package io.github.ptcspark.job.output;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.LockFile.Times;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps runs from getting in each other's way: a run that finds the lock of one that lives does not
 * begin. It is advice only. What makes outputs right is the {@link Ledger}, also where a lock is
 * lost, mistaken, or taken by two at once.
 */
final class RunLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  private final LockFile file;
  private final ScheduledExecutorService renewer;
  private final Future<?> renewals;
  private final Thread releaseAtExit = new Thread(this::release, "ptc-release-lock");
  private Holder holder;
  private boolean held = true;

  private RunLock(LockFile file, Holder holder, Times times) {
    this.file = file;
    this.holder = holder;
    this.renewer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ptc-renew-lock");
              thread.setDaemon(true);
              return thread;
            });
    long millis = times.renewal().toMillis();
    this.renewals = renewer.scheduleAtFixedRate(this::renew, millis, millis, TimeUnit.MILLISECONDS);
    Runtime.getRuntime().addShutdownHook(releaseAtExit);
  }

  /**
   * The run that died and left its lock behind, if one did.
   *
   * @param output the output, for messages
   * @throws JobException if a run that lives holds the lock
   */
  static Optional<Holder> leftBehind(LockFile file, String output, Times times) throws IOException {
    Optional<Holder> other = file.read();
    if (other.isPresent() && !file.isLeftBehind(other.get(), times)) {
      throw new JobException(
          "Cannot write %s: another run writes to it (%s)".formatted(output, other.get()));
    }
    return other;
  }

  /** Writes the lock and goes on to say that the run lives. */
  static RunLock take(LockFile file, Holder holder, Times times) throws IOException {
    file.write(holder);
    return new RunLock(file, holder, times);
  }

  @Override
  public void close() {
    renewals.cancel(false);
    renewer.shutdown();
    try {
      Runtime.getRuntime().removeShutdownHook(releaseAtExit);
    } catch (IllegalStateException e) {
      // The JVM ends already, and the hook runs.
    }
    release();
  }

  private synchronized void renew() {
    try {
      if (held && isOurs(file.read())) {
        holder = holder.withNextBeat();
        file.write(holder);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot renew {}: {}", file.path(), JobException.reason(e));
    }
  }

  private synchronized void release() {
    try {
      if (held && isOurs(file.read())) {
        file.delete();
      }
      held = false;
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot remove {}: {}", file.path(), JobException.reason(e));
    }
  }

  /** A file that cannot be read may be a renewal that was cut short. */
  private boolean isOurs(Optional<Holder> now) {
    return now.isPresent()
        && (now.get().token().equals(holder.token()) || now.get().equals(Holder.UNKNOWN));
  }
}
