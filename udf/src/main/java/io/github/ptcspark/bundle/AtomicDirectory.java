package io.github.ptcspark.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a directory whole or not at all: files go into a hidden sibling, which is then renamed.
 */
final class AtomicDirectory {

  private AtomicDirectory() {}

  /**
   * Writes a directory; its parents are created.
   *
   * @param files contents by file name, which may have directories
   * @throws BundleException if something other than an empty directory is there, or writing fails
   */
  static void write(Path directory, Map<String, FileContent> files) {
    checkWritable(directory);
    Path target = directory.toAbsolutePath().normalize();
    Path temporary =
        target.resolveSibling(".%s-%s.writing".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      Files.createDirectories(target.getParent());
      Files.createDirectory(temporary);
      for (Map.Entry<String, FileContent> file : files.entrySet()) {
        Path path = temporary.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        try (OutputStream out = Files.newOutputStream(path)) {
          file.getValue().writeTo(out);
        }
      }
      Files.deleteIfExists(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(temporary);
      throw new BundleException("Cannot write %s: %s".formatted(directory, reason(e)), e);
    } catch (RuntimeException e) {
      delete(temporary);
      throw e;
    }
  }

  /** Says before any work whether {@link #write} would refuse. */
  static void checkWritable(Path directory) {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      requireParent(directory);
      return;
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new BundleException(
          "Cannot write %s: it exists and is not a directory".formatted(directory));
    }
    try (Stream<Path> content = Files.list(directory)) {
      if (content.findAny().isPresent()) {
        throw new BundleException(
            "Cannot write %s: it exists and is not empty".formatted(directory));
      }
    } catch (IOException e) {
      throw new BundleException("Cannot write %s: %s".formatted(directory, reason(e)), e);
    }
  }

  /** It, or the next above it that exists, must be a directory that can be written to. */
  private static void requireParent(Path directory) {
    Path parent = directory.toAbsolutePath().normalize().getParent();
    while (!Files.exists(parent) && parent.getParent() != null) {
      parent = parent.getParent();
    }
    if (!Files.isDirectory(parent)) {
      throw new BundleException(
          "Cannot write %s: %s is not a directory".formatted(directory, parent));
    }
    if (!Files.isWritable(parent)) {
      throw new BundleException("Cannot write %s: %s is not writable".formatted(directory, parent));
    }
  }

  /** What went wrong; some exceptions say no more than the name of a file. */
  private static String reason(IOException e) {
    if (e instanceof DirectoryNotEmptyException) {
      return "it is no longer empty";
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getMessage() + " is not a directory";
    }
    return FailureReason.of(e);
  }

  private static void delete(Path directory) {
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path file : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // The failure that led here is the one to report; what is left is hidden by its name.
    }
  }
}
