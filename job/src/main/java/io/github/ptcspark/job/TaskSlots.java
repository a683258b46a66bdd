package io.github.ptcspark.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * How many tasks run at once in one JVM under some settings of Spark.
 *
 * @param local whether the driver runs them itself
 * @param number how many, at least 1
 */
public record TaskSlots(boolean local, int number) {

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,.*)?])?");

  /**
   * The tasks of an executor, or of the driver where it is both.
   *
   * @param processors cores of this machine, which a standalone executor without a number of cores
   *     is taken to have too
   */
  public static TaskSlots of(SparkConf settings, int processors) {
    String master = settings.get("spark.master", "local[*]");
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String threads = local.group(1);
      return new TaskSlots(
          true, threads == null ? 1 : threads.equals("*") ? processors : Integer.parseInt(threads));
    }
    int cores =
        settings.getInt("spark.executor.cores", master.startsWith("spark") ? processors : 1);
    return new TaskSlots(false, Math.max(1, cores / settings.getInt("spark.task.cpus", 1)));
  }
}
