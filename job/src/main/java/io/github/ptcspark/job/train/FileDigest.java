package io.github.ptcspark.job.train;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** SHA-256 of files, local or not, in their order; of one file what {@code sha256sum} prints. */
final class FileDigest {

  private FileDigest() {}

  static String of(List<String> files, Configuration configuration) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    for (String file : files) {
      Path path = new Path(file);
      try (InputStream in = FileSystems.forReading(path, configuration).open(path)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      } catch (IOException e) {
        throw new JobException("Cannot read %s: %s".formatted(file, JobException.reason(e)), e);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
