package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Refuses settings of Spark with which a run could not work, before any work. */
final class ResourceCheck {

  private static final long MIB = 1024 * 1024;
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,.*)?])?");

  private static final String MASTER = "spark.master";
  private static final String MEMORY = "spark.executor.memory";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String CORES = "spark.executor.cores";
  private static final String TASK_CPUS = "spark.task.cpus";

  private final SparkConf settings;
  private final int processors;
  private final long driverHeap;

  /**
   * A check.
   *
   * @param processors cores of this machine
   * @param driverHeap the largest heap of this JVM, in bytes
   */
  ResourceCheck(SparkConf settings, int processors, long driverHeap) {
    this.settings = settings;
    this.processors = processors;
    this.driverHeap = driverHeap;
  }

  /** A check of a session's settings on this machine. */
  static ResourceCheck of(SparkConf settings) {
    Runtime runtime = Runtime.getRuntime();
    return new ResourceCheck(settings, runtime.availableProcessors(), runtime.maxMemory());
  }

  /** What an executor needs for a model under these settings. */
  MemoryNeeds needs(BundleFiles files) {
    return MemoryNeeds.of(files, tasksAtOnce());
  }

  /**
   * Checks the settings.
   *
   * @throws JobException if a run could not work with them; names each key and what it would need
   */
  void check(BundleFiles files) {
    MemoryNeeds needs = needs(files);
    List<String> problems = new ArrayList<>();
    if (isLocal()) {
      if (tasksAtOnce() > processors) {
        problems.add(
            "%s is %s: %d tasks at once, each with a thread of its own, on %d cores; local[*] uses"
                    .formatted(MASTER, master(), tasksAtOnce(), processors)
                + " as many as there are");
      }
      if (driverHeap < needs.heap()) {
        problems.add(
            tooLittle("spark.driver.memory", driverHeap, "the model needs %s", needs.heap()));
      }
    } else {
      if (executorMemory() < needs.heap()) {
        problems.add(
            tooLittle(MEMORY, executorMemory(), "the model needs %s of heap", needs.heap()));
      }
      if (overheadIsLimited() && overhead() < needs.beside()) {
        problems.add(
            tooLittle(OVERHEAD, overhead(), "the model needs %s beside the heap", needs.beside()));
      }
    }
    if (!problems.isEmpty()) {
      throw new JobException(
          "Cannot run with these settings of Spark:\n  " + String.join("\n  ", problems));
    }
  }

  private static String tooLittle(String key, long have, String need, long bytes) {
    return "%s is %s: %s"
        .formatted(key, MemoryNeeds.text(have), need.formatted(MemoryNeeds.text(bytes)));
  }

  private String master() {
    return settings.get(MASTER, "local[*]");
  }

  private boolean isLocal() {
    return LOCAL.matcher(master()).matches();
  }

  private int tasksAtOnce() {
    Matcher local = LOCAL.matcher(master());
    if (local.matches()) {
      String threads = local.group(1);
      return threads == null ? 1 : threads.equals("*") ? processors : Integer.parseInt(threads);
    }
    return Math.max(1, settings.getInt(CORES, 1) / settings.getInt(TASK_CPUS, 1));
  }

  /** Whether the cluster ends an executor that uses more than it asked for. */
  private boolean overheadIsLimited() {
    return master().startsWith("yarn") || master().startsWith("k8s");
  }

  private long executorMemory() {
    return MIB * settings.getSizeAsMb(MEMORY, "1g");
  }

  private long overhead() {
    if (settings.contains(OVERHEAD)) {
      return MIB * settings.getSizeAsMb(OVERHEAD, "0");
    }
    double share = settings.getDouble(FACTOR, 0.1) * executorMemory();
    return Math.max(384 * MIB, (long) share);
  }
}
