package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FailureReason;
import io.github.ptcspark.bundle.FileContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.InvalidPathException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a bundle is, seen from the driver: a plain path is a directory on the driver's disk, a path
 * with a scheme, such as {@code hdfs:}, one in the file system of that scheme.
 *
 * @param path the directory
 * @param hadoop where file systems are configured
 */
public record BundleLocation(String path, Configuration hadoop) {

  /** Whether it is on the driver's own disk. */
  public boolean isLocal() {
    return directory().toUri().getScheme() == null;
  }

  /**
   * Reads the bundle without looking into it.
   *
   * @throws BundleException if it is not complete or cannot be read
   */
  public BundleFiles read() {
    if (isLocal()) {
      return BundleFiles.read(localPath());
    }
    Path directory = directory();
    try {
      FileSystem fileSystem = FileSystems.of(directory, hadoop);
      if (!fileSystem.exists(directory)) {
        throw new BundleException("Cannot read %s: it does not exist".formatted(path));
      }
      Map<String, FileContent> contents = new HashMap<>();
      for (String own : BundleFiles.NAMES) {
        for (String name : List.of(own, BundleFiles.ofFullModel(own))) {
          Path file = new Path(directory, name);
          if (fileSystem.exists(file)) {
            contents.put(name, read(fileSystem, file));
          }
        }
      }
      return BundleFiles.of(path, contents);
    } catch (BundleException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // Hadoop throws both for a missing connector.
      throw new BundleException("Cannot read %s: %s".formatted(path, FailureReason.of(e)), e);
    }
  }

  /**
   * Writes a bundle beside whatever is there.
   *
   * @throws IOException if that fails; some files may have been written
   */
  public void write(BundleFiles files) throws IOException {
    Path directory = directory();
    FileSystem fileSystem = FileSystems.of(directory, hadoop);
    for (Map.Entry<String, FileContent> file : files.saved().entrySet()) {
      try (OutputStream out = fileSystem.create(new Path(directory, file.getKey()))) {
        file.getValue().writeTo(out);
      }
    }
  }

  private java.nio.file.Path localPath() {
    try {
      return java.nio.file.Path.of(path);
    } catch (InvalidPathException e) {
      throw new BundleException("Cannot read \"%s\": %s".formatted(path, e.getReason()), e);
    }
  }

  private Path directory() {
    try {
      return new Path(path);
    } catch (IllegalArgumentException e) {
      throw new BundleException("Cannot read \"%s\": it is no path".formatted(path), e);
    }
  }

  private static FileContent read(FileSystem fileSystem, Path file) throws IOException {
    FileStatus status = fileSystem.getFileStatus(file);
    if (status.getLen() > BundleFiles.MAX_FILE_BYTES) {
      throw new BundleException(
          "Cannot read %s: it has %s bytes, more than the %s that are supported"
              .formatted(file, status.getLen(), BundleFiles.MAX_FILE_BYTES));
    }
    if (file.getName().equals(BundleFiles.WEIGHTS)) {
      return BundleFiles.temporary(
          file.toString(),
          out -> {
            try (FSDataInputStream in = fileSystem.open(file)) {
              in.transferTo(out);
            }
          });
    }
    byte[] content = new byte[Math.toIntExact(status.getLen())];
    try (FSDataInputStream in = fileSystem.open(file)) {
      in.readFully(0, content);
    }
    return FileContent.of(content);
  }
}
