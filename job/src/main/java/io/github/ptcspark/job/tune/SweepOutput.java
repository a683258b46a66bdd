package io.github.ptcspark.job.tune;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.SmallFiles;
import io.github.ptcspark.spark.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of a sweep: {@code sweep.json} says what it compares, {@code documents.parquet} has
 * a directory for every part of the sample that is done, {@code policies.parquet} the results.
 */
final class SweepOutput {

  private static final String IDENTITY = "sweep.json";

  /** The key of {@link #documentsAPart()} beside the identity. */
  private static final String DOCUMENTS_A_PART = "documents a part";

  /** Spark writes it last. */
  private static final String DONE = "_SUCCESS";

  private final String name;
  private final Path directory;
  private final FileSystem files;
  private final int documentsAPart;

  private SweepOutput(String name, Path directory, FileSystem files, int documentsAPart) {
    this.name = name;
    this.directory = directory;
    this.files = files;
    this.documentsAPart = documentsAPart;
  }

  /**
   * Begins a sweep, or goes on with one.
   *
   * @param identity what it compares, each part by its name
   * @param documentsAPart of a sweep that begins; one that goes on keeps to its own
   * @throws JobException if the directory cannot be written, or holds something else or another
   *     sweep
   */
  static SweepOutput open(
      String name, Map<String, Object> identity, int documentsAPart, Configuration hadoop) {
    try {
      Path directory = new Path(name);
      FileSystem files = FileSystems.of(directory, hadoop);
      Optional<JsonNode> before = before(directory, files);
      if (before.isPresent()) {
        requireSame(name, before.get(), SmallFiles.tree(identity));
        return new SweepOutput(name, directory, files, before.get().path(DOCUMENTS_A_PART).asInt());
      }
      requireEmpty(name, directory, files);
      Map<String, Object> content = new TreeMap<>(identity);
      content.put(DOCUMENTS_A_PART, documentsAPart);
      SmallFiles.write(files, new Path(directory, IDENTITY), content);
      return new SweepOutput(name, directory, files, documentsAPart);
    } catch (IOException | IllegalArgumentException e) { // Hadoop's path refuses some names.
      throw new JobException(
          "Cannot write the sweep to %s: %s".formatted(name, JobException.reason(e)), e);
    }
  }

  private static Optional<JsonNode> before(Path directory, FileSystem files) throws IOException {
    try {
      return SmallFiles.read(files, new Path(directory, IDENTITY), JsonNode.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static void requireSame(String name, JsonNode before, JsonNode now) {
    List<String> differences = new ArrayList<>();
    now.fields()
        .forEachRemaining(
            part -> {
              if (!part.getValue().equals(before.get(part.getKey()))) {
                differences.add(part.getKey());
              }
            });
    if (before.path(DOCUMENTS_A_PART).asInt() < 1) {
      differences.add(DOCUMENTS_A_PART);
    }
    if (!differences.isEmpty()) {
      throw new JobException(
          "Cannot go on with the sweep in %s: it differs in %s; name another directory"
              .formatted(name, String.join(", ", differences)));
    }
  }

  /** Of a sweep that was stopped at its first step there is a file that does not parse. */
  private static void requireEmpty(String name, Path directory, FileSystem files)
      throws IOException {
    if (!files.exists(directory)) {
      return;
    }
    for (FileStatus file : files.listStatus(directory)) {
      if (!file.getPath().getName().equals(IDENTITY)) {
        throw new JobException(
            "Cannot write the sweep to %s: it is not empty and no sweep".formatted(name));
      }
    }
  }

  /** How many documents of the sample a part has; the last may have fewer. */
  int documentsAPart() {
    return documentsAPart;
  }

  /** Where the rows of a part go. */
  String part(int number) {
    return new Path(documents(), "part=" + number).toString();
  }

  /** Whether a part is done. */
  boolean isDone(int number) {
    try {
      return files.exists(new Path(part(number), DONE));
    } catch (IOException e) {
      throw new JobException(
          "Cannot read the sweep in %s: %s".formatted(name, JobException.reason(e)), e);
    }
  }

  /** Where all parts are. */
  String documents() {
    return new Path(directory, "documents.parquet").toString();
  }

  /** Where the results go. */
  String policies() {
    return new Path(directory, "policies.parquet").toString();
  }

  /** Writes the page. */
  void writePage(String html) {
    try {
      SmallFiles.replace(files, new Path(page()), html);
    } catch (IOException e) {
      throw new JobException(
          "Cannot write the page of the sweep in %s: %s".formatted(name, JobException.reason(e)),
          e);
    }
  }

  /** Where the page is. */
  String page() {
    return new Path(directory, "sweep.html").toString();
  }
}
