package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Whether files are still what they were when they were listed. */
final class Unchanged {

  private Unchanged() {}

  /**
   * Looks at the files of a slice, many at a time.
   *
   * @throws JobException if one has changed or vanished, for up to 20 of them together
   */
  static void require(SparkSession spark, Slice slice) {
    List<InputFile> files = slice.parts().stream().map(SlicePart::file).distinct().toList();
    List<String> changed;
    try {
      changed = FileLooks.at(spark, files, Unchanged::changes);
    } catch (IOException e) {
      throw new JobException("Cannot read files again: " + JobException.reason(e), e);
    }
    if (!changed.isEmpty()) {
      throw new JobException(
          String.join("\n", changed.subList(0, Math.min(changed.size(), FileNames.SHOWN))));
    }
  }

  private static List<String> changes(InputFile file, Configuration configuration)
      throws IOException {
    List<String> changes = new ArrayList<>();
    Path path = file.hadoopPath();
    try {
      FileStatus status = FileSystems.forReading(path, configuration).getFileStatus(path);
      if (status.getLen() != file.length()) {
        changes.add(
            "Cannot read %s: it has changed since it was listed, from %s to %s bytes"
                .formatted(file.name(), file.length(), status.getLen()));
      } else if (status.getModificationTime() != file.modified()) {
        changes.add(
            "Cannot read %s: it has been written anew since it was listed".formatted(file.name()));
      }
    } catch (FileNotFoundException e) {
      changes.add("Cannot read %s: it has vanished since it was listed".formatted(file.name()));
    }
    return changes;
  }
}
