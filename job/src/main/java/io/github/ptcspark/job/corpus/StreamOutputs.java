package io.github.ptcspark.job.corpus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.FileStreamSink;
import org.apache.spark.sql.execution.streaming.MetadataLogFileIndex;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map$;

/**
 * Directories to which a stream of Spark writes. Which of their files count stands in a log of the
 * stream: others are left over from batches that died and were done again, and would double their
 * documents.
 */
final class StreamOutputs {

  private final Map<Path, Set<Path>> committed = new HashMap<>();

  /** Looks at a directory that has been listed, before its files are taken. */
  void look(Path directory, List<FileStatus> children) {
    boolean log =
        children.stream()
            .anyMatch(
                child ->
                    child.isDirectory()
                        && child.getPath().getName().equals(FileStreamSink.metadataDir()));
    if (log) {
      committed.computeIfAbsent(directory, StreamOutputs::read);
    }
  }

  /** Whether a file counts: it is in no such directory, or its stream has committed it. */
  boolean counts(Path file) {
    if (!committed.isEmpty()) {
      for (Path at = file.getParent(); at != null; at = at.getParent()) {
        Set<Path> files = committed.get(at);
        if (files != null) {
          return files.contains(file);
        }
      }
    }
    return true;
  }

  private static Set<Path> read(Path directory) {
    MetadataLogFileIndex log =
        new MetadataLogFileIndex(
            SparkSession.active(), directory, Map$.MODULE$.empty(), Option.empty());
    return JavaConverters.seqAsJavaList(log.allFiles()).stream()
        .map(FileStatus::getPath)
        .collect(Collectors.toSet());
  }
}
