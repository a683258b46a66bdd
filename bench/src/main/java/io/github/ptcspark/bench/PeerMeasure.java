package io.github.ptcspark.bench;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs variants on one core, through measure.py, and keeps what they put out. */
final class PeerMeasure {

  private final Path script;
  private final Path directory;
  private final int core;

  /**
   * A measure.
   *
   * @param script measure.py
   * @param directory for inputs, outputs and logs
   * @param core that everything runs on
   */
  PeerMeasure(Path script, Path directory, int core) {
    this.script = script;
    this.directory = directory;
    this.core = core;
  }

  /** The vectors that a variant made of a corpus, there once a run has come to a good end. */
  Path output(String corpus, PeerVariant variant) {
    return directory.resolve("out").resolve(fileName(corpus + " " + variant.name()));
  }

  /** What a variant said when it ran last. */
  Path log(PeerVariant variant) {
    return directory.resolve("log").resolve(fileName(variant.name()) + ".log");
  }

  /**
   * Keeps the vectors of the last run as those of a corpus.
   *
   * @throws JobException if they cannot be kept
   */
  void keepOutput(String corpus, PeerVariant variant) {
    Path output = output(corpus, variant);
    delete(output);
    try {
      Files.createDirectories(output.getParent());
      Files.move(unfinished(), output);
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(output, JobException.reason(e)), e);
    }
  }

  private Path unfinished() {
    return directory.resolve("out.unfinished");
  }

  /**
   * Runs a command to its end.
   *
   * @throws JobException if it cannot be run at all
   */
  Usage run(PeerVariant variant, Path input) {
    Path output = unfinished();
    Path log = log(variant);
    Path result = directory.resolve("usage.json");
    try {
      delete(output);
      Files.deleteIfExists(result);
      Files.createDirectories(log.getParent());
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(output, JobException.reason(e)), e);
    }
    List<String> command = new ArrayList<>(List.of("python3", script.toString()));
    command.addAll(List.of(Integer.toString(core), result.toString()));
    command.addAll(variant.command(input, output));
    waitFor(command, log);
    return Usage.read(result);
  }

  /**
   * The last line of a log that says something.
   *
   * @throws JobException if it cannot be read
   */
  static String lastLine(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.stream()
          .filter(line -> line.contains("Exception: ") || line.contains("Error: "))
          .findFirst()
          .or(() -> lines.stream().reduce((before, line) -> line))
          .map(String::strip)
          .orElse("it said nothing");
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(log, JobException.reason(e)), e);
    }
  }

  /**
   * Runs a command, and ends it should this JVM end.
   *
   * @throws JobException if it cannot be run, or this JVM is being ended
   */
  static void waitFor(List<String> command, Path log) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      Thread end = new Thread(process::destroy);
      Runtime.getRuntime().addShutdownHook(end);
      process.waitFor();
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IOException e) {
      throw new JobException(
          "Cannot run %s: %s".formatted(command.get(0), JobException.reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Cannot run %s: interrupted".formatted(command.get(0)), e);
    } catch (IllegalStateException e) {
      // What hooks throw once a signal ends this JVM, and the command with it.
      throw new JobException("Cannot run %s: this JVM is being ended".formatted(command.get(0)), e);
    }
  }

  /** Whether this JVM is being ended, as by a signal. */
  static boolean isEnding() {
    Thread nothing = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(nothing);
      Runtime.getRuntime().removeShutdownHook(nothing);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Removes a directory with all below it.
   *
   * @throws JobException if it cannot be removed
   */
  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> below = Files.walk(directory)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new JobException("Cannot remove %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static String fileName(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "-");
  }
}
