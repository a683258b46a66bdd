package io.github.ptcspark.job.speed;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** How long one contender took on each document in each round. */
public final class Timings {

  private static final double NANOS_PER_MILLI = 1e6;

  private final String name;
  private final long[][] wall;
  private final long[][] cpu;

  Timings(String name, int documents, int rounds) {
    this.name = name;
    this.wall = new long[documents][rounds];
    this.cpu = new long[documents][rounds];
  }

  /** The contender's name. */
  public String name() {
    return name;
  }

  /** Milliseconds a document: the median over the rounds for each, then the mean of these. */
  public double millis(Clock clock) {
    return millis(clock, document -> true);
  }

  /** The same for some of the documents; not a number if there are none. */
  public double millis(Clock clock, IntPredicate documents) {
    long[][] nanos = nanos(clock);
    return IntStream.range(0, nanos.length)
            .filter(documents)
            .mapToDouble(document -> median(nanos[document]))
            .average()
            .orElse(Double.NaN)
        / NANOS_PER_MILLI;
  }

  /** How many times as many documents as the other in the same time, by {@link #millis}. */
  public double timesAsFastAs(Timings other, Clock clock) {
    return other.millis(clock) / millis(clock);
  }

  /**
   * How many times as fast as the other on the typical document: the median over documents and
   * rounds of the other's time by this one's. The two times of a pair were measured within seconds
   * of each other, so what slows the machine for longer slows both.
   */
  public double pairedTimesAsFastAs(Timings other, Clock clock) {
    long[][] mine = nanos(clock);
    long[][] others = other.nanos(clock);
    int rounds = mine[0].length;
    double[] ratios = new double[mine.length * rounds];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = (double) others[i / rounds][i % rounds] / mine[i / rounds][i % rounds];
    }
    return Medians.of(ratios);
  }

  /** Processor time as a share of all time that passed: below 1 where others used the core too. */
  public double busy() {
    return (double) sum(cpu) / sum(wall);
  }

  void set(int document, int round, long wallNanos, long cpuNanos) {
    wall[document][round] = wallNanos;
    cpu[document][round] = cpuNanos;
  }

  private long[][] nanos(Clock clock) {
    return clock == Clock.WALL ? wall : cpu;
  }

  private static double median(long[] nanos) {
    double[] values = new double[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      values[i] = nanos[i];
    }
    return Medians.of(values);
  }

  private static long sum(long[][] nanos) {
    long sum = 0;
    for (long[] rounds : nanos) {
      for (long round : rounds) {
        sum += round;
      }
    }
    return sum;
  }
}
