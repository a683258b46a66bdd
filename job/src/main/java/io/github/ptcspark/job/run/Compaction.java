package io.github.ptcspark.job.run;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.Output;
import io.github.ptcspark.job.output.OutputView;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.spark.ClassifiedSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes the small files of an output anew as fewer, with the same rows. */
public final class Compaction {

  private final SparkSession session;
  private final String output;
  private final long fileSize;
  private final PrintStream notes;

  /**
   * A compaction.
   *
   * @param fileSize bytes that a file should have, about
   * @param notes where what deserves attention is shown
   */
  public Compaction(SparkSession session, String output, long fileSize, PrintStream notes) {
    this.session = RunSession.of(session);
    this.output = output;
    this.fileSize = fileSize;
    this.notes = notes;
  }

  /**
   * What was done.
   *
   * @param before files that were written anew
   * @param after files that took their place
   * @param rows in them
   */
  public record Summary(int before, int after, long rows) {}

  /**
   * Runs to the end.
   *
   * @throws JobException if no run wrote the output, another writes to it, or it cannot be written;
   *     its rows are as they were then
   */
  public Summary run() {
    try (Output opened = Output.open(OutputView.of(configuration(), output))) {
      OutputNotes.of(opened).forEach(note -> notes.println(Printable.text("ptc: " + note)));
      List<List<String>> groups = groups(opened.sizes());
      List<String> removed = groups.stream().flatMap(List::stream).toList();
      if (removed.isEmpty()) {
        return new Summary(0, 0, 0);
      }
      RowFiles files =
          new RowFiles(
              session,
              opened.identity().partitionColumns(),
              metadata(new Path(opened.root(), removed.get(0))));
      Map<String, Long> added = new TreeMap<>();
      int number = opened.nextNumber();
      for (List<String> group : groups) {
        added.putAll(write(opened, files, group, number));
        number++;
      }
      opened.compact(number - 1, removed, added);
      return new Summary(
          removed.size(), added.size(), added.values().stream().mapToLong(Long::longValue).sum());
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot compact %s: %s".formatted(output, JobException.reason(e)), e);
    }
  }

  private static Map<String, Long> write(
      Output output, RowFiles files, List<String> group, int number) throws IOException {
    StructType schema = ClassifiedSchema.of(output.identity().kept());
    List<Path> paths = group.stream().map(name -> new Path(output.root(), name)).toList();
    RowFiles.Written written =
        files.write(files.read(schema, output.root(), paths), output.staging(number));
    long before = group.stream().mapToLong(output::rows).sum();
    if (written.counts().documents() != before) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s and others have %,d rows, not the %,d that were written",
              group.get(0),
              written.counts().documents(),
              before));
    }
    return written.files();
  }

  /** Files that become one: of one directory, the oldest first, as many as make up the size. */
  private List<List<String>> groups(Map<String, Long> sizes) {
    Map<String, List<String>> open = new HashMap<>();
    Map<String, Long> bytes = new HashMap<>();
    List<List<String>> groups = new ArrayList<>();
    for (Map.Entry<String, Long> file : new TreeMap<>(sizes).entrySet()) {
      if (file.getValue() > fileSize / 2) {
        continue;
      }
      String directory = file.getKey().substring(0, file.getKey().lastIndexOf('/') + 1);
      if (bytes.getOrDefault(directory, 0L) + file.getValue() > fileSize) {
        groups.add(open.remove(directory));
        bytes.remove(directory);
      }
      open.computeIfAbsent(directory, none -> new ArrayList<>()).add(file.getKey());
      bytes.merge(directory, file.getValue(), Long::sum);
    }
    groups.addAll(open.values());
    return groups.stream().filter(group -> group.size() > 1).toList();
  }

  /** What runs said of the model in a file; all files of an output say the same. */
  private Map<String, String> metadata(Path file) throws IOException {
    Map<String, String> own = new HashMap<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration()))) {
      reader
          .getFileMetaData()
          .getKeyValueMetaData()
          .forEach(
              (name, value) -> {
                if (name.startsWith(AnnotatedParquetFormat.PREFIX)) {
                  own.put(name, value);
                }
              });
    }
    return own;
  }

  private Configuration configuration() {
    return session.sessionState().newHadoopConf();
  }
}
