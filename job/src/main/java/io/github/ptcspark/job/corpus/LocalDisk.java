package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Directories of the local disk. Hadoop leaves out what it cannot open and does not tell symbolic
 * links from what they lead to; here nothing is left out without a word.
 */
final class LocalDisk {

  /** Entries whose names are bytes that Java cannot give back. */
  private final Set<Path> notText = new HashSet<>();

  /** Whether a file system is this machine's own, under its usual scheme. */
  static boolean is(FileSystem fileSystem) {
    return fileSystem.getUri().getScheme().equals("file");
  }

  /**
   * The entries of a directory; those that {@link #follow} is to look at, such as symbolic links,
   * are all given as symbolic links.
   */
  List<FileStatus> list(Path directory) throws IOException {
    List<FileStatus> entries = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> names = Files.newDirectoryStream(local(directory))) {
      for (java.nio.file.Path name : names) {
        entry(directory, name).ifPresent(entries::add);
      }
    } catch (AccessDeniedException e) {
      throw new IOException("permission denied: " + FileRange.localName(directory.toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  private Optional<FileStatus> entry(Path directory, java.nio.file.Path file) throws IOException {
    String name = file.getFileName().toString();
    Path path = new Path(directory, new Path(null, null, name));
    if (!isText(file, name)) {
      notText.add(path);
      return Optional.of(link(path));
    }
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          attributes.isSymbolicLink() || attributes.isOther()
              ? link(path)
              : status(path, attributes));
    } catch (NoSuchFileException e) { // It has gone in the meantime.
      return Optional.empty();
    }
  }

  private static FileStatus link(Path path) {
    return new FileStatus(0, false, 0, 0, 0, 0, null, null, null, path, path);
  }

  private static FileStatus status(Path path, BasicFileAttributes attributes) {
    long modified = attributes.lastModifiedTime().toMillis();
    return new FileStatus(attributes.size(), attributes.isDirectory(), 1, 0, modified, path);
  }

  /** Whether the name as Java knows it leads to the file; names are bytes to the disk. */
  private static boolean isText(java.nio.file.Path file, String name) {
    if (name.chars().allMatch(c -> c < 0x80 && c != '?')) {
      return true;
    }
    try {
      return file.resolveSibling(name).equals(file);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * What a path leads to, through symbolic links. What Java says of one is not repeated: it does
   * not tell what is a link.
   *
   * @throws IOException if that is nothing that can be read
   */
  FileStatus follow(Path path) throws IOException {
    if (notText.contains(path)) {
      throw new IOException(
          "its name is no text in the encoding of file names, which is %s; rename it, or set"
                  .formatted(System.getProperty("sun.jnu.encoding"))
              + " LC_ALL to a UTF-8 locale such as C.UTF-8");
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(local(path), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new IOException("it is a symbolic link that leads nowhere");
    } catch (FileSystemException e) {
      if (Files.isSymbolicLink(local(path))) {
        throw new IOException(
            "it is a symbolic link that leads nowhere but to itself, or where permission is denied");
      }
      throw e;
    }
    if (attributes.isOther()) {
      throw new IOException("it is a pipe, a socket or a device");
    }
    return status(path, attributes);
  }

  /** Checks that a file may be read; its name is not in the message. */
  void requireReadable(Path path) throws IOException {
    if (!Files.isReadable(local(path))) {
      throw new IOException("permission denied");
    }
  }

  static boolean exists(Path path) {
    return Files.exists(local(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** The path without symbolic links. */
  static Path real(Path path) throws IOException {
    return new Path("file", null, local(path).toRealPath().toString());
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
