package io.github.ptcspark.job.run;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * How Spark writes the files of a slice: each attempt of a task writes under names of its own, and
 * those of the attempts that succeeded are listed in {@value #LIST}. Nothing is renamed, so it
 * takes no more of a file system than to write files.
 */
public final class StagingCommitProtocol extends FileCommitProtocol implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String LIST = "_files";

  private final String directory;
  private final ArrayList<String> written = new ArrayList<>();
  private String attempt;

  /**
   * Called by Spark.
   *
   * @param job Spark's id of the job
   * @param directory where to write; its name begins the names of the files
   * @param dynamicPartitionOverwrite whether only partitions that are written are to be replaced
   */
  public StagingCommitProtocol(String job, String directory, boolean dynamicPartitionOverwrite) {
    this.directory = directory;
  }

  /** The files of a slice that was written, by name relative to the directory. */
  static List<String> files(Path directory, Configuration configuration) throws IOException {
    FileSystem files = directory.getFileSystem(configuration);
    try (var in = files.open(new Path(directory, LIST))) {
      String list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return list.lines().toList();
    }
  }

  @Override
  public void setupJob(JobContext job) {}

  @Override
  public void commitJob(JobContext job, Seq<TaskCommitMessage> tasks) {
    List<String> lines = new ArrayList<>();
    for (TaskCommitMessage task : JavaConverters.seqAsJavaList(tasks)) {
      Arrays.stream(task.obj().toString().split("\n"))
          .filter(l -> !l.isEmpty())
          .forEach(lines::add);
    }
    try {
      Path list = new Path(directory, LIST);
      try (var out = list.getFileSystem(job.getConfiguration()).create(list, true)) {
        out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever has the slice written removes the directory. */
  @Override
  public void abortJob(JobContext job) {}

  @Override
  public void setupTask(TaskAttemptContext task) {
    attempt = UUID.randomUUID().toString().substring(0, 6);
  }

  /** For example {@code slice-000012-5f0c2a9e3b7d41.zstd.parquet}. */
  @Override
  @SuppressWarnings("deprecation") // Abstract; the one that is not calls it.
  public String newTaskTempFile(
      TaskAttemptContext task, Option<String> partitions, String extension) {
    // Spark says -c000 or .c000 for the first file of a task in a directory, and counts on.
    String suffix =
        extension.replaceFirst("^[-.]c0+(?=\\.)", "").replaceFirst("^[-.]c0*(?=[1-9])", "-");
    String name = "slice-%s%s%s".formatted(new Path(directory).getName(), attempt, suffix);
    String file = partitions.isDefined() ? partitions.get() + "/" + name : name;
    written.add(file);
    return new Path(directory, file).toString();
  }

  @Override
  @SuppressWarnings("deprecation") // Abstract.
  public String newTaskTempFileAbsPath(
      TaskAttemptContext task, String directory, String extension) {
    throw new UnsupportedOperationException("Partitions elsewhere are not written");
  }

  @Override
  public TaskCommitMessage commitTask(TaskAttemptContext task) {
    return new TaskCommitMessage(String.join("\n", written));
  }

  @Override
  public void abortTask(TaskAttemptContext task) {
    for (String file : written) {
      try {
        Path path = new Path(directory, file);
        path.getFileSystem(task.getConfiguration()).delete(path, false);
      } catch (IOException e) {
        // Nothing lists it, and it goes with the directory.
      }
    }
  }
}
