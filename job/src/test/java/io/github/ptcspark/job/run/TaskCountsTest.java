package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.testing.Seed;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class TaskCountsTest {

  @Rule public final Seed seed = new Seed();

  private final TaskCounts counts = new TaskCounts();

  @Test
  public void theSumOverAllTasksIsKept() {
    Random random = seed.random();
    Map<Long, Long> done = new HashMap<>();
    Map<Long, Boolean> running = new HashMap<>();
    for (int event = 0; event < 10_000; event++) {
      long task = random.nextInt(100);
      if (running.putIfAbsent(task, true) == null) {
        counts.start(task);
        done.put(task, 0L);
      } else if (!running.get(task)) {
        counts.update(task, random.nextInt(1000));
      } else if (random.nextInt(20) > 0) {
        done.merge(task, (long) random.nextInt(10), Long::sum);
        counts.update(task, done.get(task));
      } else {
        running.put(task, false);
        boolean successful = random.nextBoolean();
        counts.end(task, successful);
        if (!successful) {
          done.put(task, 0L);
        }
      }
      assertThat(counts.total()).isEqualTo(done.values().stream().mapToLong(Long::longValue).sum());
    }
  }
}
