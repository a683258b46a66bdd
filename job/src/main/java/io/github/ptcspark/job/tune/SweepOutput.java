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
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of a sweep: {@code sweep.json} says what it compares, {@code documents.parquet} has
 * a directory for every part of the sample that is done, {@code policies.parquet} the results.
 */
final class SweepOutput {

  private static final String IDENTITY = "sweep.json";

  /** Spark writes it last. */
  private static final String DONE = "_SUCCESS";

  private final String name;
  private final Path directory;
  private final FileSystem files;

  private SweepOutput(String name, Path directory, FileSystem files) {
    this.name = name;
    this.directory = directory;
    this.files = files;
  }

  /**
   * Begins a sweep, or goes on with one.
   *
   * @param identity what it compares, each part by its name
   * @throws JobException if the directory holds something else, or another sweep
   */
  static SweepOutput open(String name, Map<String, Object> identity, Configuration hadoop) {
    Path directory = new Path(name);
    try {
      FileSystem files = FileSystems.of(directory, hadoop);
      SweepOutput output = new SweepOutput(name, directory, files);
      Optional<JsonNode> before = output.identity();
      if (before.isPresent()) {
        output.requireSame(before.get(), SmallFiles.tree(identity));
      } else {
        if (files.exists(directory) && files.listStatus(directory).length > 0) {
          throw new JobException(
              "Cannot write the sweep to %s: it is not empty and no sweep".formatted(name));
        }
        SmallFiles.write(files, new Path(directory, IDENTITY), identity);
      }
      return output;
    } catch (IOException e) {
      throw new JobException(
          "Cannot write the sweep to %s: %s".formatted(name, JobException.reason(e)), e);
    }
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

  private Optional<JsonNode> identity() throws IOException {
    try {
      return SmallFiles.read(files, new Path(directory, IDENTITY), JsonNode.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private void requireSame(JsonNode before, JsonNode now) {
    List<String> others = new ArrayList<>();
    Map<String, JsonNode> values = new TreeMap<>();
    now.fields().forEachRemaining(field -> values.put(field.getKey(), field.getValue()));
    values.forEach(
        (part, value) -> {
          if (!value.equals(before.get(part))) {
            others.add(part);
          }
        });
    if (!others.isEmpty()) {
      throw new JobException(
          "Cannot go on with the sweep in %s: it is of other %s; name another directory"
              .formatted(name, String.join(" and other ", others)));
    }
  }
}
