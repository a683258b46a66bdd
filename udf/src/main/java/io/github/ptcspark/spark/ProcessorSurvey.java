package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The processors of the executors, or of this JVM if tasks run in it. Executors that come later are
 * not in it: each task looks for itself whether its processor has the precision of its model.
 *
 * @param executors at least one
 */
public record ProcessorSurvey(List<Executor> executors) {

  /** Copies the list. */
  public ProcessorSurvey {
    executors = List.copyOf(executors);
  }

  /**
   * An executor.
   *
   * @param host its machine; absent if it is this JVM
   * @param processor of the machine
   */
  public record Executor(Optional<String> host, Processor processor) {

    @Override
    public String toString() {
      return host.map(name -> "processor %s of executor %s".formatted(processor.name(), name))
          .orElseGet(() -> "this processor (%s)".formatted(processor.name()));
    }
  }

  /** That of a JVM that runs its tasks itself. */
  public static ProcessorSurvey ofThis(Processor processor) {
    return new ProcessorSurvey(List.of(new Executor(Optional.empty(), processor)));
  }

  /** Asks the executors that there are. */
  public static ProcessorSurvey of(SparkContext context) {
    return context.isLocal()
        ? ofThis(Processor.current())
        : new ProcessorSurvey(
            new LiveExecutors(JavaSparkContext.fromSparkContext(context))
                .ask().stream()
                    .map(answer -> new Executor(Optional.of(answer.host()), answer.processor()))
                    .toList());
  }

  /**
   * Settings with the exact precision in which the executors of a Spark run them; asks them only if
   * that depends on them.
   *
   * @throws BundleException if an executor lacks the precision
   */
  public static ModelSettings settle(SparkContext context, ModelSettings settings) {
    Precision wanted = settings.precision();
    boolean any = wanted.isExact() && Precisions.need(wanted).isEmpty();
    return any || wanted.device() == Device.GPU
        ? settings
        : settings.with(of(context).choose(wanted));
  }

  /**
   * The fastest exact precision that all have.
   *
   * @param wanted what is allowed
   * @throws BundleException if one has none
   */
  public Precision choose(Precision wanted) {
    Precision exact = Precisions.fastest(wanted, processors());
    lack(exact)
        .ifPresent(
            lack -> {
              throw new BundleException(
                  "Cannot use precision %s: %s".formatted(exact, lack.sentence()));
            });
    return exact;
  }

  /** The first executor that does not run an exact precision, if there is one. */
  public Optional<Lack> lack(Precision exact) {
    return executors.stream()
        .flatMap(
            executor ->
                Precisions.lack(exact, executor.processor())
                    .map(what -> new Lack(executor, what))
                    .stream())
        .findFirst();
  }

  /**
   * Why a precision cannot be used.
   *
   * @param executor who lacks something
   * @param what it lacks
   */
  public record Lack(Executor executor, String what) {

    /** As a sentence. */
    public String sentence() {
      return "%s lacks %s".formatted(executor, what);
    }
  }

  /** The kinds of processors, with the number of executors on each if they are not this JVM. */
  @Override
  public String toString() {
    Map<String, Long> kinds =
        executors.stream()
            .collect(
                Collectors.groupingBy(
                    executor -> executor.processor().text(),
                    LinkedHashMap::new,
                    Collectors.counting()));
    if (executors.stream().allMatch(executor -> executor.host().isEmpty())) {
      return String.join(", ", kinds.keySet());
    }
    return kinds.entrySet().stream()
        .map(
            kind ->
                "%s %s on %s"
                    .formatted(
                        kind.getValue(),
                        kind.getValue() == 1 ? "executor" : "executors",
                        kind.getKey()))
        .collect(Collectors.joining(", "));
  }

  private Collection<Processor> processors() {
    return executors.stream().map(Executor::processor).toList();
  }

  /** What an executor says of itself. */
  record Answer(String executor, String host, Processor processor) implements Serializable {}
}
