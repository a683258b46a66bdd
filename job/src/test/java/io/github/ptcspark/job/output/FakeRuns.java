package io.github.ptcspark.job.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.job.corpus.InputFile;
import io.github.ptcspark.job.corpus.PartsRead;
import io.github.ptcspark.job.corpus.SlicePart;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Runs without Spark: an input file is a name, classifying it writes a file whose only row is that
 * name.
 */
final class FakeRuns {

  private final Configuration configuration;
  private final String output;
  private final java.nio.file.Path local;

  /**
   * Runs on an output.
   *
   * @param output as a user names it
   * @param local the same directory on the disk of this machine
   */
  FakeRuns(Configuration configuration, String output, java.nio.file.Path local) {
    this.configuration = configuration;
    this.output = output;
    this.local = local;
  }

  static OutputIdentity identity(int model) {
    return new OutputIdentity(Map.of("model", IntNode.valueOf(model)));
  }

  /** The output as it is now. */
  OutputView view() {
    return OutputView.of(configuration, output);
  }

  /** A run that has the output and has classified nothing yet. */
  FakeRun open(int model, ExistingOutput existing, Set<String> corpus) {
    return new FakeRun(
        Output.open(view(), identity(model), existing, read -> corpus.containsAll(names(read))),
        corpus);
  }

  /** A whole run. */
  void run(int model, ExistingOutput existing, Set<String> corpus) throws IOException {
    try (FakeRun run = open(model, existing, corpus)) {
      run.classifyAll();
      run.finish();
    }
  }

  /** The rows that a reader meets, in order, those too that are there twice. */
  List<String> rows() throws IOException {
    return rows("");
  }

  /** Those of one directory; of all if it has no name. */
  List<String> rows(String directory) throws IOException {
    List<String> rows = new ArrayList<>();
    for (java.nio.file.Path file : visible()) {
      if (directory.isEmpty() || file.getParent().endsWith(directory)) {
        rows.add(Files.readString(file));
      }
    }
    return rows.stream().sorted().toList();
  }

  /**
   * The files that a reader takes for Parquet, as Spark does: those that are empty it leaves out.
   */
  List<java.nio.file.Path> visible() throws IOException {
    if (!Files.exists(local)) {
      return List.of();
    }
    try (Stream<java.nio.file.Path> files = Files.walk(local)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !local.relativize(file).startsWith("_ptc"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> file.toFile().length() > 0)
          .toList();
    }
  }

  /** The process of the tests lives on; the lock that it left gets the number of a dead one. */
  void die() throws IOException {
    File lock = local.resolve("_ptc/lock").toFile();
    if (lock.length() > 0) {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode holder = (ObjectNode) mapper.readTree(lock);
      holder.put("started", "long ago");
      Files.delete(lock.toPath());
      Files.deleteIfExists(lock.toPath().resolveSibling(".lock.crc"));
      mapper.writeValue(lock, holder);
    }
  }

  private static Set<String> names(PartsRead read) {
    Set<String> names = new TreeSet<>();
    try (Stream<SlicePart> parts = read.open()) {
      parts.forEach(part -> names.add(part.file().path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** A run. */
  final class FakeRun implements AutoCloseable {

    private final Output opened;
    private final List<String> left;
    private int number;

    private FakeRun(Output opened, Set<String> corpus) {
      this.opened = opened;
      this.number = opened.nextNumber();
      this.left = new ArrayList<>(corpus);
      left.removeAll(names(opened.read()));
    }

    Output output() {
      return opened;
    }

    /** Classifies a slice of one file; whether there was one. */
    boolean classifyNext() throws IOException {
      if (left.isEmpty()) {
        return false;
      }
      String input = left.remove(0);
      Path staging = opened.staging(number);
      String name = "d=%s/slice-%sabcdef.parquet".formatted(input.charAt(0), staging.getName());
      FileSystem files = staging.getFileSystem(configuration);
      try (var out = files.create(new Path(staging, name), true)) {
        out.write(input.getBytes(StandardCharsets.UTF_8));
      }
      opened.commit(
          new SliceRecord(
              number++,
              List.of(new SlicePart(new InputFile(input, 1, 1), 0, 1)),
              Map.of(name, 1L),
              new RunCounts(Map.of("x", 1L), Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0),
              1,
              ""));
      return true;
    }

    /** Classifies all that is left, slice by slice. */
    void classifyAll() throws IOException {
      while (classifyNext()) {
        // One after another.
      }
    }

    void finish() {
      opened.finish(true, Map.of("slices", opened.slices()));
    }

    @Override
    public void close() {
      opened.close();
    }
  }
}
