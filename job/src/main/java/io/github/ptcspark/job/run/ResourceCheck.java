package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.TaskSlots;
import io.github.ptcspark.spark.ProcessorSurvey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;

/** Refuses settings of Spark with which a run could not work, before any work. */
public final class ResourceCheck {

  private static final long MIB = 1024 * 1024;
  private static final String MASTER = "spark.master";
  private static final String DRIVER_MEMORY = "spark.driver.memory";
  private static final String MEMORY = "spark.executor.memory";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String GPUS = "spark.executor.resource.gpu.amount";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private final SparkConf settings;
  private final int cores;
  private final TaskSlots slots;
  private final long driverHeap;
  private final Supplier<Optional<String>> lackOfGpu;
  private final Processor processor;

  /**
   * A check.
   *
   * @param cores of this machine
   * @param driverHeap the largest heap of this JVM, in bytes
   * @param lackOfGpu why PyTorch cannot run on a GPU in this JVM; nothing if it can
   * @param processor of this machine
   */
  ResourceCheck(
      SparkConf settings,
      int cores,
      long driverHeap,
      Supplier<Optional<String>> lackOfGpu,
      Processor processor) {
    this.settings = settings;
    this.cores = cores;
    this.slots = TaskSlots.of(settings, cores);
    this.driverHeap = driverHeap;
    this.lackOfGpu = lackOfGpu;
    this.processor = processor;
  }

  /** A check of a session's settings on this machine. */
  public static ResourceCheck of(SparkConf settings) {
    Runtime runtime = Runtime.getRuntime();
    return new ResourceCheck(
        settings,
        runtime.availableProcessors(),
        runtime.maxMemory(),
        NativeRuntime::lackOfGpu,
        Processor.current());
  }

  /** What a model needs under these settings. */
  MemoryNeeds needs(BundleFiles files) {
    return MemoryNeeds.of(files, slots.number());
  }

  /**
   * Checks the settings.
   *
   * @param precision in which the model is to run
   * @throws JobException if a run could not work with them; names each key and what it would need
   * @throws io.github.ptcspark.bundle.BundleException if the processor lacks the precision and the
   *     driver runs the tasks
   */
  public void check(BundleFiles files, Precision precision) {
    if (slots.local()) {
      ProcessorSurvey.ofThis(processor).choose(precision);
    }
    MemoryNeeds needs = needs(files);
    List<String> problems = new ArrayList<>();
    if (slots.local()) {
      if (slots.number() > cores) {
        problems.add(
            "%s is %s: %s tasks at once, each with a thread of its own, on %s cores; local[*] uses"
                    .formatted(MASTER, master(), slots.number(), cores)
                + " as many as there are");
      }
      if (driverHeap < needs.heap()) {
        problems.add(tooLittle(DRIVER_MEMORY, driverHeap, "the model needs %s", needs.heap()));
      }
    } else {
      if (driverHeap < needs.heap()) {
        problems.add(
            tooLittle(
                DRIVER_MEMORY,
                driverHeap,
                "the model needs %s of heap in the driver",
                needs.heap()));
      }
      if (executorMemory() < needs.heap()) {
        problems.add(
            tooLittle(MEMORY, executorMemory(), "the model needs %s of heap", needs.heap()));
      }
      if (overheadIsLimited() && overhead() < needs.beside()) {
        problems.add(
            tooLittle(OVERHEAD, overhead(), "the model needs %s beside the heap", needs.beside()));
      }
    }
    if (precision.device() == Device.GPU) {
      checkGpu(problems);
    }
    if (!problems.isEmpty()) {
      throw new JobException(
          "Cannot run with these settings of Spark:\n  " + String.join("\n  ", problems));
    }
  }

  private void checkGpu(List<String> problems) {
    if (slots.local()) {
      lackOfGpu.get().ifPresent(reason -> problems.add("--device is gpu: " + reason));
      return;
    }
    if (settings.getInt(GPUS, 0) < 1) {
      problems.add(
          "%s is %s: --device gpu needs a GPU in every executor"
              .formatted(GPUS, settings.get(GPUS, "not set")));
    }
    if (settings.getDouble(TASK_GPUS, 0) <= 0) {
      problems.add(
          "%s is %s: Spark assigns a GPU only to tasks that ask; with 0.5 two share one"
              .formatted(TASK_GPUS, settings.get(TASK_GPUS, "not set")));
    }
  }

  private static String tooLittle(String key, long have, String need, long bytes) {
    return "%s is %s: %s"
        .formatted(key, MemoryNeeds.text(have), need.formatted(MemoryNeeds.text(bytes)));
  }

  private String master() {
    return settings.get(MASTER, "local[*]");
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
