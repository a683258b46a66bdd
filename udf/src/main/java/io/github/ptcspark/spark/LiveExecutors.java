package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.spark.ProcessorSurvey.Answer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;

/** The executors that an application has, and what each says of its machine. */
final class LiveExecutors {

  /** How often those are asked that gave no answer because other work took all their cores. */
  private static final int ROUNDS = 3;

  /** An application that is older has the executors that it will have at first. */
  private static final Duration START = Duration.ofSeconds(30);

  /** After so long without a new one the first executors are there. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final String INSTANCES = "spark.executor.instances";

  private static final Duration LOOK = Duration.ofMillis(100);

  private final JavaSparkContext spark;

  LiveExecutors(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** The answers of all that have a core to spare. */
  Collection<Answer> ask() {
    awaitFirst();
    Map<String, Answer> answers = new TreeMap<>();
    Set<String> live;
    int round = 0;
    do {
      // Spark hands the tasks of a stage to executors in turn: with one a core each gets some.
      int tasks = Math.max(spark.defaultParallelism(), 2 * live().size());
      spark
          .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
          .map(task -> answer())
          .distinct(1)
          .collect()
          .forEach(answer -> answers.put(answer.executor(), answer));
      live = live();
      round++;
    } while (round < ROUNDS && !answers.keySet().containsAll(live));
    return answers.values();
  }

  /** Waits for the executors with which an application begins. */
  private void awaitFirst() {
    int expected = expected(spark.getConf());
    long end = spark.startTime() + START.toMillis();
    long lastChange = System.currentTimeMillis();
    int before = live().size();
    while (before < expected
        && System.currentTimeMillis() < end
        && (before == 0 || System.currentTimeMillis() < lastChange + PAUSE.toMillis())) {
      pause();
      int now = live().size();
      if (now != before) {
        lastChange = System.currentTimeMillis();
        before = now;
      }
    }
  }

  /** How many executors there are to be at first, as far as the settings say. */
  static int expected(SparkConf settings) {
    if (settings.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return IntStream.of(
              settings.getInt("spark.dynamicAllocation.minExecutors", 0),
              settings.getInt("spark.dynamicAllocation.initialExecutors", 0),
              settings.getInt(INSTANCES, 0))
          .max()
          .getAsInt();
    }
    return settings.getInt(INSTANCES, Integer.MAX_VALUE);
  }

  private Set<String> live() {
    String driver = id(SparkEnv.get().blockManager().blockManagerId());
    return Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
        .map(executor -> executor.host() + ":" + executor.port())
        .filter(executor -> !executor.equals(driver))
        .collect(Collectors.toSet());
  }

  private static Answer answer() {
    BlockManagerId executor = SparkEnv.get().blockManager().blockManagerId();
    return new Answer(id(executor), executor.host(), Processor.current());
  }

  private static String id(BlockManagerId executor) {
    return executor.host() + ":" + executor.port();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot ask the executors: interrupted", e);
    }
  }
}
