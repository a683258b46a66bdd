package io.github.ptcspark.job.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Measures contenders in turn on the same documents, in the calling thread.
 *
 * <p>The documents go by in blocks: the first contender runs a block, then the second and so on, so
 * that what happens on the machine happens to all of them, and that within a block each finds its
 * weights in the caches, as it would alone. The order changes from round to round. A first round is
 * not counted: libraries prepare themselves for each length of document.
 */
public final class Contest {

  private static final int BLOCK = 5;

  /** One way to do the work. */
  @FunctionalInterface
  public interface Contender {
    /** Does one document, counted from 0. */
    void run(int document);
  }

  private final int documents;
  private final int rounds;
  private final List<Contender> contenders = new ArrayList<>();
  private final List<Timings> timings = new ArrayList<>();

  /**
   * A contest.
   *
   * @param documents how many
   * @param rounds how often each contender runs each document, not counting the first round
   */
  public Contest(int documents, int rounds) {
    if (documents < 1 || rounds < 1) {
      throw new IllegalArgumentException(
          "Invalid contest: %s documents, %s rounds (at least one of each)"
              .formatted(documents, rounds));
    }
    this.documents = documents;
    this.rounds = rounds;
  }

  /** Adds a contender; its timings are filled by {@link #run}. */
  public Timings add(String name, Contender contender) {
    Timings added = new Timings(name, documents, rounds);
    contenders.add(contender);
    timings.add(added);
    return added;
  }

  /** How many documents all contenders run in all rounds together. */
  public long size() {
    return (long) (rounds + 1) * contenders.size() * documents;
  }

  /**
   * Runs all rounds.
   *
   * @param progress told how many of {@link #size} are done
   */
  public void run(LongConsumer progress) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long done = 0;
    for (int round = -1; round < rounds; round++) {
      for (int from = 0; from < documents; from += BLOCK) {
        int to = Math.min(documents, from + BLOCK);
        for (int turn = 0; turn < contenders.size(); turn++) {
          int which = (turn + round + 1) % contenders.size();
          Contender contender = contenders.get(which);
          for (int document = from; document < to; document++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            contender.run(document);
            wall = System.nanoTime() - wall;
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            if (round >= 0) {
              timings.get(which).set(document, round, wall, cpu);
            }
          }
          done += to - from;
          progress.accept(done);
        }
      }
    }
  }
}
