package io.github.ptcspark.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.LockFile.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RunLockTest {

  private static final Times TIMES = new Times(Duration.ofMillis(50), Duration.ofMillis(500));

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private LockFile file;

  @Before
  public void openFileSystem() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration()).getRawFileSystem();
    file =
        new LockFile(
            files, files.makeQualified(new Path(folder.newFolder("_ptc").getPath(), "lock")));
  }

  @Test
  public void aRunThatLivesKeepsOthersOut() throws IOException {
    assertThat(leftBehind()).isEmpty();
    RunLock lock = RunLock.take(file, Holder.current(), TIMES);
    assertThatThrownBy(this::leftBehind)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot write out: another run writes to it (process ")
        .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
    lock.close();
    assertThat(local()).doesNotExist();
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  public void theLockOfADeadProcessIsSeenThrough() throws Exception {
    Holder dead = ofProcess(deadProcess(), "1");
    leave(dead);
    assertThat(leftBehind()).contains(dead);
  }

  @Test
  public void theNumberOfADeadProcessMayBeUsedAgain() throws IOException {
    leave(ofProcess(ProcessHandle.current().pid(), "1"));
    assertThat(leftBehind()).isPresent();
  }

  /** Two containers with one host name: number and start of a process say nothing in the other. */
  @Test
  public void aProcessOfAnotherContainerIsNotLookedUpInThisOne() throws Exception {
    Holder current = Holder.current();
    Holder elsewhere =
        new Holder("t", current.host(), "another boot", deadProcess(), "1", 0, "today");
    try (AutoCloseable renewing = renew(elsewhere)) {
      assertThat(renewing).isNotNull();
      assertThatThrownBy(this::leftBehind)
          .isInstanceOf(JobException.class)
          .hasMessageContaining("another run writes to it");
    }
  }

  /** Whatever its clock says: the time in the file is for people. */
  @Test
  public void aRunElsewhereIsDeadOnceItIsSilent() throws IOException {
    for (String seen : new String[] {"1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"}) {
      Holder silent = new Holder("t", "elsewhere", "", 1, "", 7, seen);
      leave(silent);
      assertThat(leftBehind()).contains(silent);
    }
  }

  @Test
  public void aLockThatStaysUnreadableIsSeenThrough() throws IOException {
    Files.writeString(local(), "{");
    assertThat(leftBehind().orElseThrow()).hasToString("its lock cannot be read");
  }

  /** An object store fails to read what was replaced since it was looked up. */
  @Test
  public void aLockThatIsReplacedWhileItIsReadIsReadAgain() throws Exception {
    Holder holder = Holder.current();
    leave(holder);
    Moody moody = new Moody(new IOException("changed while it was read"));
    moody.initialize(file.files().getUri(), new Configuration());
    Thread mood =
        new Thread(
            () -> {
              while (moody.failures < 2) {
                Thread.onSpinWait();
              }
              moody.failing = false;
            });
    mood.start();
    assertThat(new LockFile(moody, file.path()).read()).contains(holder);
    mood.join();
  }

  @Test
  public void aRunThatLivesMendsALockThatCannotBeRead() throws Exception {
    try (RunLock lock = RunLock.take(file, Holder.current(), TIMES)) {
      assertThat(lock).isNotNull();
      Files.writeString(local(), "");
      while (file.read().orElseThrow().equals(Holder.UNKNOWN)) {
        Thread.onSpinWait();
      }
    }
    assertThat(local()).doesNotExist();
  }

  @Test
  public void theLockOfASuccessorIsLeftAlone() throws Exception {
    Holder successor = new Holder("other", "elsewhere", "", 1, "", 0, "");
    RunLock lock = RunLock.take(file, Holder.current(), TIMES);
    leave(successor);
    lock.close();
    assertThat(file.read()).contains(successor);
  }

  /** A file system that throws what it does not declare, as a closed one may. */
  @Test
  public void aFailureOfAnyKindDoesNotEndRenewals() throws Exception {
    Moody moody = new Moody(new IllegalStateException("the file system is closed"));
    moody.initialize(file.files().getUri(), new Configuration());
    LockFile failing = new LockFile(moody, file.path());
    try (RunLock lock = RunLock.take(failing, Holder.current(), TIMES)) {
      assertThat(lock).isNotNull();
      while (moody.failures < 3) {
        Thread.onSpinWait();
      }
      moody.failing = false;
      long before = file.read().orElseThrow().beats();
      while (file.read().orElseThrow().beats() == before) {
        Thread.onSpinWait();
      }
    }
  }

  private Optional<Holder> leftBehind() throws IOException {
    return RunLock.leftBehind(file, "out", TIMES);
  }

  private static Holder ofProcess(long process, String started) {
    Holder current = Holder.current();
    return new Holder("t", current.host(), current.processes(), process, started, 0, "today");
  }

  /** A run that says again and again that it lives. */
  private AutoCloseable renew(Holder holder) throws IOException {
    leave(holder);
    Thread renewing =
        new Thread(
            () -> {
              try {
                Holder next = holder;
                while (!Thread.currentThread().isInterrupted()) {
                  next = next.withNextBeat();
                  leave(next);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    renewing.start();
    return () -> {
      renewing.interrupt();
      renewing.join();
    };
  }

  private void leave(Holder holder) throws IOException {
    java.nio.file.Path next = local().resolveSibling("next");
    Files.writeString(next, SmallFiles.text(holder));
    Files.move(next, local(), StandardCopyOption.ATOMIC_MOVE);
  }

  private java.nio.file.Path local() {
    return java.nio.file.Path.of(file.path().toUri());
  }

  private static long deadProcess() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static final class Moody extends RawLocalFileSystem {
    private final Exception mood;
    private volatile boolean failing = true;
    private volatile int failures;

    Moody(Exception mood) {
      this.mood = mood;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread renews.
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      if (failing) {
        failures++;
        if (mood instanceof IOException declared) {
          throw declared;
        }
        throw (RuntimeException) mood;
      }
      return super.open(path, bufferSize);
    }
  }
}
