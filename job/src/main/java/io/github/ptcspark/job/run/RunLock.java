package io.github.ptcspark.job.run;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The right of one run to write to an output: a file that says who holds it and, again and again,
 * that the holder is alive.
 *
 * <p>A run that finds the lock of a process of its own machine asks the operating system whether
 * that lives. The lock of another machine counts as left behind if it has not been renewed for
 * {@link Times#patience()}, and is not renewed while the run looks at it for as long.
 */
final class RunLock implements AutoCloseable {

  /**
   * How often a lock is renewed, and for how long it may not be.
   *
   * @param renewal time between two renewals
   * @param patience time without a renewal after which a holder on another machine counts as dead
   */
  record Times(Duration renewal, Duration patience) {
    static final Times DEFAULT = new Times(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  /**
   * What the file says.
   *
   * @param token identifies the holder
   * @param host the holder's machine
   * @param process the holder's process there
   * @param started when that process started, as ISO 8601 has it, so far as it is known
   * @param renewed when the lock was last renewed, in milliseconds since 1970
   */
  record Holder(String token, String host, long process, String started, long renewed) {

    static Holder current() {
      ProcessHandle self = ProcessHandle.current();
      return new Holder(UUID.randomUUID().toString(), hostName(), self.pid(), startOf(self), now());
    }

    /** Who holds a lock whose file says nothing, as while it is written. */
    static final Holder UNKNOWN = new Holder("?", "", 0, "", 0);

    Holder renewedNow() {
      return new Holder(token, host, process, started, now());
    }

    /** Whether the process lives, if this machine can tell. */
    Optional<Boolean> lives() {
      if (!host.equals(hostName())) {
        return Optional.empty();
      }
      return Optional.of(
          ProcessHandle.of(process)
              .filter(ProcessHandle::isAlive)
              .filter(handle -> startOf(handle).equals(started))
              .isPresent());
    }

    @Override
    public String toString() {
      if (equals(UNKNOWN)) {
        return "its lock cannot be read";
      }
      return "process %d on %s, last alive %s"
          .formatted(process, host, Instant.ofEpochMilli(renewed));
    }

    private static long now() {
      return System.currentTimeMillis();
    }

    private static String startOf(ProcessHandle handle) {
      return handle.info().startInstant().map(Instant::toString).orElse("");
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }
  }

  private final FileSystem files;
  private final Path file;
  private final Holder holder;
  private final Optional<Holder> dead;
  private final ScheduledExecutorService renewer;
  private final Future<?> renewals;
  private final Thread releaseAtExit = new Thread(this::release, "ptc-release-lock");

  private RunLock(FileSystem files, Path file, Holder holder, Optional<Holder> dead, Times times) {
    this.files = files;
    this.file = file;
    this.holder = holder;
    this.dead = dead;
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
   * Takes the lock.
   *
   * @param file the file of the lock
   * @param output the output, for messages
   * @throws JobException if a run that lives holds it
   */
  static RunLock take(FileSystem files, Path file, String output, Times times) throws IOException {
    Holder holder = Holder.current();
    if (create(files, file, holder)) {
      return new RunLock(files, file, holder, Optional.empty(), times);
    }
    Optional<Holder> other = read(files, file);
    if (other.isPresent() && !isDead(files, file, other.get(), times)) {
      throw inUse(output, other.get());
    }
    // One run at a time replaces a lock that was left behind.
    Path replacing = file.suffix(".replacing");
    if (!create(files, replacing, holder)) {
      Optional<Holder> rival = read(files, replacing);
      if (rival.isPresent() && !isDead(files, replacing, rival.get(), times)) {
        throw inUse(output, rival.get());
      }
      // It died in this very moment. Should two runs get here at once, check() stops one of them.
      files.delete(replacing, false);
      if (!create(files, replacing, holder)) {
        throw inUse(output, read(files, replacing).orElse(holder));
      }
    }
    try {
      if (token(read(files, file)).equals(token(other))) {
        files.delete(file, false);
      }
      if (!create(files, file, holder)) {
        throw inUse(output, read(files, file).orElse(holder));
      }
      return new RunLock(files, file, holder, other, times);
    } finally {
      files.delete(replacing, false);
    }
  }

  /** The holder that died and left the lock behind, if one did. */
  Optional<Holder> dead() {
    return dead;
  }

  /**
   * Makes sure that this run still holds the lock, before anything is committed.
   *
   * @throws JobException if another run took it over
   */
  synchronized void check() throws IOException {
    Optional<Holder> now = read(files, file);
    if (now.equals(Optional.of(Holder.UNKNOWN))) {
      write(files, file, holder.renewedNow()); // A renewal was cut short.
      return;
    }
    if (!token(now).equals(holder.token())) {
      throw new JobException(
          "Cannot write %s any longer: its lock is %s"
              .formatted(
                  file.getParent().getParent(),
                  now.map(other -> "held by " + other).orElse("gone")));
    }
  }

  @Override
  public void close() {
    renewals.cancel(false);
    renewer.shutdownNow();
    try {
      Runtime.getRuntime().removeShutdownHook(releaseAtExit);
    } catch (IllegalStateException e) {
      // The JVM ends already, and the hook runs.
    }
    release();
  }

  private synchronized void renew() {
    try {
      Optional<Holder> now = read(files, file);
      if (token(now).equals(holder.token()) || now.equals(Optional.of(Holder.UNKNOWN))) {
        write(files, file, holder.renewedNow());
      }
    } catch (IOException e) {
      // The next renewal may succeed; check() says so if another run has taken over by then.
    }
  }

  private synchronized void release() {
    try {
      if (token(read(files, file)).equals(holder.token())) {
        files.delete(file, false);
      }
    } catch (IOException e) {
      // It is left behind, as by a run that died.
    }
  }

  private static JobException inUse(String output, Holder other) {
    return new JobException(
        "Cannot write %s: another run writes to it (%s)".formatted(output, other));
  }

  private static boolean isDead(FileSystem files, Path file, Holder other, Times times)
      throws IOException {
    Optional<Boolean> lives = other.lives();
    if (lives.isPresent()) {
      return !lives.get();
    }
    long age = System.currentTimeMillis() - other.renewed();
    if (age < times.patience().toMillis()) {
      return false;
    }
    // Clocks differ between machines: what counts is that it is not renewed from now on.
    long end = System.nanoTime() + times.patience().toNanos();
    while (System.nanoTime() < end) {
      pause(times.renewal().toMillis());
      Optional<Holder> later = read(files, file);
      if (later.isEmpty()) {
        return true;
      }
      if (later.get().renewed() != other.renewed()) {
        return false;
      }
    }
    return true;
  }

  /** Creates a file if there is none; at most one of several that try at once succeeds. */
  private static boolean create(FileSystem files, Path file, Holder holder) throws IOException {
    byte[] content = JsonFiles.text(holder).getBytes(StandardCharsets.UTF_8);
    if (isLocal(file)) {
      // Hadoop looks and then creates, which two runs may do at once.
      try {
        Files.write(java.nio.file.Path.of(file.toUri()), content, StandardOpenOption.CREATE_NEW);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      }
    }
    try (OutputStream out = files.create(file, false)) {
      out.write(content);
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void write(FileSystem files, Path file, Holder holder) throws IOException {
    byte[] content = JsonFiles.text(holder).getBytes(StandardCharsets.UTF_8);
    if (isLocal(file)) {
      java.nio.file.Path local = java.nio.file.Path.of(file.toUri());
      java.nio.file.Path next = local.resolveSibling("." + local.getFileName() + ".next");
      Files.write(next, content);
      Files.move(next, local, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try (OutputStream out = files.create(file, true)) {
      out.write(content);
    }
  }

  private static boolean isLocal(Path file) {
    return "file".equals(file.toUri().getScheme());
  }

  /** What the file says; nothing if there is none. */
  private static Optional<Holder> read(FileSystem files, Path file) throws IOException {
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        return Optional.of(JsonFiles.read(files, file, Holder.class));
      } catch (java.io.FileNotFoundException e) {
        return Optional.empty();
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        pause(100); // It is being written.
      }
    }
    return Optional.of(Holder.UNKNOWN);
  }

  private static String token(Optional<Holder> holder) {
    return holder.map(Holder::token).orElse("");
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new java.io.InterruptedIOException("interrupted"));
    }
  }
}
