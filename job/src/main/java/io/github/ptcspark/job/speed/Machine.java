package io.github.ptcspark.job.speed;

import io.github.ptcspark.inference.Processor;

/**
 * Where a measurement was made.
 *
 * @param processor as the system names it
 * @param cores that this program may use
 */
public record Machine(String processor, int cores) {

  /** This machine. */
  public static Machine current() {
    return new Machine(Processor.current().name(), Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return "%s, %s %s".formatted(processor, cores, cores == 1 ? "core" : "cores");
  }
}
