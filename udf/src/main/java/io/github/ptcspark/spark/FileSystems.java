package io.github.ptcspark.spark;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;

/** Opens the file systems that paths name. */
public final class FileSystems {

  /** By scheme, the artifacts of Hadoop that Spark does not bring along. */
  private static final Map<String, String> CONNECTORS =
      Map.of("s3a", "hadoop-aws", "abfs", "hadoop-azure", "abfss", "hadoop-azure");

  private FileSystems() {}

  /**
   * The file system of a path.
   *
   * @throws IOException if it cannot be reached, or if classes for it are missing, with what to add
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    try {
      return path.getFileSystem(hadoop);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw missing(path, e.getCause().getMessage(), e);
      }
      throw e;
    } catch (NoClassDefFoundError e) { // The connector is there without what it needs.
      throw missing(path, "Class %s not found".formatted(e.getMessage().replace('/', '.')), e);
    }
  }

  /**
   * The file system to read a file from: Hadoop's for local files has checksums of files beside
   * them, whose names it cannot make of names with a colon, so these have none.
   *
   * @throws IOException as {@link #of}
   */
  public static FileSystem forReading(Path file, Configuration hadoop) throws IOException {
    FileSystem fileSystem = of(file, hadoop);
    return fileSystem instanceof LocalFileSystem local && file.getName().contains(":")
        ? local.getRawFileSystem()
        : fileSystem;
  }

  /** What was thrown is suppressed, for causes are what is shown to users. */
  private static IOException missing(Path path, String what, Throwable thrown) {
    String connector = CONNECTORS.get(path.toUri().getScheme());
    IOException failure =
        new IOException(
            connector == null
                ? what
                : "%s; spark-submit --packages org.apache.hadoop:%s:%s adds it"
                    .formatted(what, connector, VersionInfo.getVersion()));
    failure.addSuppressed(thrown);
    return failure;
  }
}
