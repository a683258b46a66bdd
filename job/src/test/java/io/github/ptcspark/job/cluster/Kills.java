package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.function.Predicate;

/** Kills at random instants of runs. */
final class Kills {

  private static final int MOST_RUNS_A_KILL = 4;

  /** What the instants and choices of these tests come from. */
  static final long SEED = System.nanoTime();

  /** For instants and choices. */
  static final Random RANDOM = new Random(SEED);

  private final int number;
  private long nanos;

  /**
   * So many kills.
   *
   * @param nanos how long an undisturbed run holds its lock
   */
  Kills(int number, long nanos) {
    this.number = number;
    this.nanos = nanos;
    System.out.printf(
        "seed %d, %d kills, an undisturbed run takes %.1f s%n", SEED, number, nanos / 1e9);
  }

  /** A run or process and the seed, for messages. */
  static String seed(Object run) {
    return "%s, seed %s".formatted(run, SEED);
  }

  /** How long an undisturbed run holds its lock. */
  long nanos() {
    return nanos;
  }

  /** Something that starts a run. */
  interface Start {
    /**
     * Starts one.
     *
     * @param number 1 for the first run, 2 for the second
     */
    Run run(int number) throws IOException;
  }

  /** Something that looks at a run. */
  interface Check {
    /** Fails if something is wrong. */
    void of(Run run) throws IOException;
  }

  /**
   * Kills the drivers of runs, each at a random instant in the next part of an undisturbed run.
   *
   * @param kill returns whether there was a driver to kill
   * @param killed looks at what a killed run left
   * @param ended looks at a run that ended before its instant
   */
  void ofDrivers(Start start, Predicate<Run> kill, Check killed, Check ended) throws IOException {
    int runs = 0;
    for (int kills = 0; kills < number; ) {
      Run run = start.run(next(++runs));
      if (!endsBefore(run, kills) && kill.test(run)) {
        kills++;
        killed.of(run);
      } else {
        ended.of(run);
      }
    }
  }

  /**
   * Kills what runs must outlive, at random instants.
   *
   * @param most how many kills a run must outlive
   * @param kill returns whether there was something to kill
   * @param ended looks at a run that ended
   */
  void outlive(int most, Start start, Predicate<Run> kill, Check ended) throws IOException {
    int runs = 0;
    for (int kills = 0; kills < number; ) {
      Run run = start.run(next(++runs));
      for (int i = 0; i < most && kills < number; i++) {
        if (!endsBefore(run, kills) && kill.test(run)) {
          kills++;
        }
      }
      ended.of(run);
    }
  }

  /**
   * Whether a run ends before a random instant in the first, second, ... of so many parts of an
   * undisturbed run; returns then.
   */
  boolean endsBefore(Run run, int part) {
    boolean ended = run.endsBefore((long) (nanos * (part + RANDOM.nextDouble()) / number));
    if (ended) {
      // This machine has become faster: the last parts would lie behind the end of every run.
      nanos = Math.min(nanos, System.nanoTime() - run.start());
    }
    return ended;
  }

  private int next(int run) {
    assertThat(run)
        .as("runs for %d kills, seed %d", number, SEED)
        .isLessThanOrEqualTo(number * MOST_RUNS_A_KILL);
    return run;
  }
}
