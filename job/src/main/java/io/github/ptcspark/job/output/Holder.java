package io.github.ptcspark.job.output;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A run that writes to an output, as it tells others.
 *
 * @param token identifies the run
 * @param host the name of its machine
 * @param processes identifies the table of processes in which its process is: two containers with
 *     one host name have two
 * @param process the number of its process there
 * @param started when that process started, as its operating system counts time
 * @param beats how often it has said that it lives
 * @param seen when it last said so, as ISO 8601 has it, by its own clock; for people
 */
record Holder(
    String token,
    String host,
    String processes,
    long process,
    String started,
    long beats,
    String seen) {

  /** Whoever holds a lock whose file says nothing, as while it is written. */
  static final Holder UNKNOWN = new Holder("?", "", "", 0, "", 0, "");

  private static final int START_TIME = 19;

  /** This process, as a new run. */
  static Holder current() {
    long self = ProcessHandle.current().pid();
    return new Holder(
        UUID.randomUUID().toString(),
        hostName(),
        processTable(),
        self,
        startOf(self),
        0,
        Instant.now().toString());
  }

  Holder withNextBeat() {
    return new Holder(
        token, host, processes, process, started, beats + 1, Instant.now().toString());
  }

  /** Whether its process lives, if this process can tell. */
  Optional<Boolean> lives() {
    if (!host.equals(hostName()) || !processes.equals(processTable())) {
      return Optional.empty();
    }
    return Optional.of(
        ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent()
            && startOf(process).equals(started));
  }

  @Override
  public String toString() {
    return equals(UNKNOWN)
        ? "its lock cannot be read"
        : "process %s on %s, last alive %s".formatted(process, host, seen);
  }

  /** Of Linux the boot and the namespace of process numbers; elsewhere there is one a machine. */
  private static String processTable() {
    try {
      return "%s %s"
          .formatted(
              Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
              Files.readSymbolicLink(Path.of("/proc/self/ns/pid")));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Of Linux the ticks from its boot, which a change of the clock does not change. */
  private static String startOf(long process) {
    try {
      String stat = Files.readString(Path.of("/proc/%s/stat".formatted(process)));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME];
    } catch (IOException e) {
      return ProcessHandle.of(process)
          .flatMap(handle -> handle.info().startInstant())
          .map(Instant::toString)
          .orElse("");
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
