package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Looks before Spark starts whether there is room for its temporary files, which it finds late. */
final class TemporaryDirectories {

  private static final long MEGABYTE = 1_000_000;
  private static final String SYSTEM = "java.io.tmpdir";
  private static final String LOCAL = "spark.local.dir";

  /** It comes before the key. */
  private static final String VARIABLE = "SPARK_LOCAL_DIRS";

  private TemporaryDirectories() {}

  /**
   * Makes those that are missing, as Spark does.
   *
   * @param temporary the value of {@code java.io.tmpdir}
   * @param needed bytes that Spark needs in a directory that it is told to use
   * @throws JobException if that cannot be written to, or none of the directories that Spark is
   *     told to use can
   */
  static void check(
      SparkConf settings, Map<String, String> environment, String temporary, long needed) {
    boolean isSparks = !environment.containsKey(VARIABLE) && !settings.contains(LOCAL);
    require(SYSTEM, List.of(temporary), isSparks ? needed : 0);
    if (environment.containsKey("CONTAINER_ID")) {
      return; // YARN made them.
    }
    if (environment.containsKey(VARIABLE)) {
      require(VARIABLE, directories(environment.get(VARIABLE)), needed);
    } else if (settings.contains(LOCAL)) {
      require(LOCAL, directories(settings.get(LOCAL)), needed);
    }
  }

  private static List<String> directories(String value) {
    return Arrays.asList(value.split(",", -1));
  }

  /** Spark does without those that fail, as long as there is one. */
  private static void require(String name, List<String> directories, long needed) {
    Optional<String> problem = Optional.empty();
    for (String directory : directories) {
      problem = problem(directory, needed);
      if (problem.isEmpty()) {
        return;
      }
    }
    problem.ifPresent(
        reason -> {
          throw new JobException(
              "Cannot start Spark: %s is \"%s\": %s"
                  .formatted(name, String.join(",", directories), reason));
        });
  }

  private static Optional<String> problem(String name, long needed) {
    try {
      Path directory = Path.of(name);
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        return Optional.of("it is not a directory");
      }
      Files.createDirectories(directory);
      Path probe = Files.createTempFile(directory, "ptc", ".tmp");
      try {
        Files.write(probe, new byte[1]);
      } finally {
        Files.delete(probe);
      }
      long free = Files.getFileStore(directory).getUsableSpace();
      return free >= needed
          ? Optional.empty()
          : Optional.of(
              "Spark needs %s MB there, and %s MB are free"
                  .formatted(needed / MEGABYTE, free / MEGABYTE));
    } catch (InvalidPathException | IOException e) {
      return Optional.of(JobException.reason(e));
    }
  }
}
