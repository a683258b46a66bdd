package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process whose output goes to the files NAME.out and NAME.err. */
final class LoggedProcess {

  /** The exit code of a process that was killed. */
  static final int KILLED = 128 + 9;

  private final String name;
  private final Process process;
  private final Path out;
  private final Path error;

  private LoggedProcess(String name, Process process, Path out, Path error) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.error = error;
  }

  static LoggedProcess start(ProcessBuilder builder, Path directory, String name) {
    Path out = directory.resolve(name + ".out");
    Path error = directory.resolve(name + ".err");
    try {
      Process process =
          builder
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(error.toFile())
              .start();
      return new LoggedProcess(name, process, out, error);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + name, e);
    }
  }

  String out() {
    return read(out);
  }

  String error() {
    return read(error);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The JVMs that it and its children have started and that run this main class. */
  List<ProcessHandle> jvms(String mainClass) {
    return handle()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .filter(child -> commandLine(child).contains(mainClass))
        .toList();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The first group of a pattern in the output stream, once that is there. */
  String awaitInOut(Pattern pattern) {
    return await(pattern, out);
  }

  /** The first group of a pattern in the error stream, once that is there. */
  String awaitInError(Pattern pattern) {
    return await(pattern, error);
  }

  /** Whether the process ends before an instant of {@link System#nanoTime()}; returns then. */
  boolean endsBefore(long instant) {
    try {
      return process.waitFor(Math.max(0, instant - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The exit code, once the process has ended. */
  int exitCode() {
    Waiting.until("end of " + name, () -> !isAlive());
    return process.exitValue();
  }

  /** {@code kill -9}; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public String toString() {
    return "%s, see %s".formatted(name, error);
  }

  private String await(Pattern pattern, Path file) {
    return Waiting.forThe(
        "\"%s\" in %s".formatted(pattern, file),
        () -> {
          Matcher matcher = pattern.matcher(read(file));
          if (matcher.find()) {
            return Optional.of(matcher.group(1));
          }
          if (!isAlive()) {
            throw new AssertionError("%s has ended: %s".formatted(name, read(file)));
          }
          return Optional.empty();
        });
  }

  /** In full, which {@link ProcessHandle.Info} does not promise. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/%s/cmdline".formatted(process.pid())), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
