package io.github.ptcspark.spark;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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
        throw new IOException(reason(path, e.getCause().getMessage()), e);
      }
      throw e;
    } catch (NoClassDefFoundError e) { // The connector is there without what it needs.
      throw new IOException(
          reason(path, "Class %s not found".formatted(e.getMessage().replace('/', '.'))), e);
    }
  }

  private static String reason(Path path, String missing) {
    String connector = CONNECTORS.get(path.toUri().getScheme());
    return connector == null
        ? missing
        : "%s; spark-submit --packages org.apache.hadoop:%s:%s adds it"
            .formatted(missing, connector, VersionInfo.getVersion());
  }
}
