package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.run.RunLock.Holder;
import io.github.ptcspark.job.run.RunLock.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RunLockTest {

  private static final Times TIMES = new Times(Duration.ofMillis(50), Duration.ofMillis(500));

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private FileSystem files;
  private Path file;

  @Before
  public void openFileSystem() throws IOException {
    files = FileSystem.getLocal(new Configuration());
    file = files.makeQualified(new Path(folder.newFolder("_ptc").getPath(), "lock"));
  }

  @Test
  public void oneRunHoldsIt() throws IOException {
    RunLock lock = take();
    assertThat(lock.dead()).isEmpty();
    lock.check();
    assertThatThrownBy(this::take)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot write out: another run writes to it (process ")
        .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
    lock.close();
    assertThat(files.exists(file)).isFalse();
    take().close();
  }

  @Test
  public void ofManyThatTryAtOnceOneGetsIt() throws Exception {
    for (boolean leftBehind : List.of(false, true)) {
      if (leftBehind) {
        leave(new Holder("t", Holder.current().host(), deadProcess(), "", 0));
      }
      int runs = 8;
      CountDownLatch start = new CountDownLatch(runs);
      ExecutorService threads = Executors.newFixedThreadPool(runs);
      List<Future<RunLock>> attempts = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        attempts.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  try {
                    return take();
                  } catch (JobException e) {
                    return null;
                  }
                }));
      }
      List<RunLock> taken = new ArrayList<>();
      for (Future<RunLock> attempt : attempts) {
        if (attempt.get() != null) {
          taken.add(attempt.get());
        }
      }
      threads.shutdown();
      assertThat(taken).hasSize(1);
      taken.get(0).check();
      taken.get(0).close();
    }
  }

  @Test
  public void theLockOfADeadProcessIsTakenOver() throws Exception {
    Holder dead = new Holder("t", Holder.current().host(), deadProcess(), "", 1);
    leave(dead);
    try (RunLock lock = take()) {
      assertThat(lock.dead()).contains(dead);
      lock.check();
    }
  }

  @Test
  public void theNumberOfADeadProcessMayBeUsedAgain() throws IOException {
    Holder current = Holder.current();
    leave(new Holder("t", current.host(), current.process(), "2001-01-01T00:00:00Z", 1));
    take().close();
  }

  @Test
  public void theLockOfAnotherMachineIsTakenOverOnceItIsNoLongerRenewed() throws IOException {
    leave(new Holder("t", "elsewhere", 1, "", System.currentTimeMillis()));
    assertThatThrownBy(this::take)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("process 1 on elsewhere");

    leave(new Holder("t", "elsewhere", 1, "", System.currentTimeMillis() - 1000));
    take().close();
  }

  @Test
  public void aClockThatIsBehindDoesNotMakeARunDead() throws Exception {
    leave(new Holder("t", "elsewhere", 1, "", 1000));
    Thread renewing =
        new Thread(
            () -> {
              try {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                  leave(new Holder("t", "elsewhere", 1, "", 1000 + i));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    renewing.start();
    assertThatThrownBy(this::take).isInstanceOf(JobException.class);
    renewing.interrupt();
    renewing.join();
  }

  @Test
  public void aRunThatLivesMendsALockThatCannotBeRead() throws IOException {
    try (RunLock lock = take()) {
      java.nio.file.Files.writeString(java.nio.file.Path.of(file.toUri()), "");
      lock.check();
      assertThatThrownBy(this::take).isInstanceOf(JobException.class);
    }
    assertThat(files.exists(file)).isFalse();
  }

  @Test
  public void aLockThatStaysUnreadableIsTakenOver() throws IOException {
    java.nio.file.Files.writeString(java.nio.file.Path.of(file.toUri()), "{");
    try (RunLock lock = take()) {
      lock.check();
      assertThat(lock.dead().orElseThrow()).hasToString("its lock cannot be read");
    }
  }

  @Test
  public void aRunThatLostItCommitsNothing() throws IOException {
    try (RunLock lock = take()) {
      leave(new Holder("other", "elsewhere", 1, "", 1));
      assertThatThrownBy(lock::check)
          .isInstanceOf(JobException.class)
          .hasMessageContaining("its lock is held by process 1 on elsewhere");
    }
    assertThat(files.exists(file)).isTrue();
  }

  private RunLock take() throws IOException {
    return RunLock.take(files, file, "out", TIMES);
  }

  private void leave(Holder holder) throws IOException {
    java.nio.file.Path local = java.nio.file.Path.of(file.toUri());
    java.nio.file.Path next = local.resolveSibling("next");
    java.nio.file.Files.writeString(next, JsonFiles.text(holder));
    java.nio.file.Files.move(next, local, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static long deadProcess() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }
}
