package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files behind the inputs of a corpus.
 *
 * <p>An input is a file, a directory (read with everything below it) or a glob, on any file system
 * that Hadoop knows. Files and directories whose names begin with {@code _} or {@code .} are
 * skipped, as Spark skips them. A file that several inputs lead to is read once.
 *
 * @param roots the files and directories that the inputs name, without those inside another
 * @param files all files, by path
 */
record InputFiles(List<Path> roots, List<InputFile> files) {

  /**
   * Finds the files.
   *
   * @throws JobException if an input does not exist or holds no files, for all such inputs together
   */
  static InputFiles find(List<String> inputs, Configuration configuration) {
    TreeSet<Path> roots = new TreeSet<>();
    TreeMap<Path, InputFile> files = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String input : inputs) {
      try {
        TreeMap<Path, InputFile> found = new TreeMap<>();
        for (FileStatus root : match(input, configuration)) {
          roots.add(root.getPath());
          collect(root, root.getPath().getFileSystem(configuration), found);
        }
        if (found.isEmpty()) {
          throw new IOException("it holds no files; names that begin with _ or . are skipped");
        }
        files.putAll(found);
      } catch (IOException | IllegalArgumentException e) {
        problems.add("Cannot read " + input + ": " + JobException.reason(e));
      }
    }
    if (!problems.isEmpty()) {
      throw new JobException(String.join("\n", problems));
    }
    return new InputFiles(outermost(roots), List.copyOf(files.values()));
  }

  private static List<FileStatus> match(String input, Configuration configuration)
      throws IOException {
    Path path = new Path(input);
    FileSystem fileSystem = path.getFileSystem(configuration);
    if (fileSystem.exists(path)) {
      return List.of(fileSystem.getFileStatus(path));
    }
    FileStatus[] matches = fileSystem.globStatus(path, match -> !isHidden(match));
    if (matches == null || matches.length == 0) {
      throw new IOException(isGlob(input) ? "no file matches it" : "it does not exist");
    }
    return List.of(matches);
  }

  private static boolean isGlob(String input) {
    return input.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static void collect(
      FileStatus status, FileSystem fileSystem, TreeMap<Path, InputFile> files) throws IOException {
    if (status.isFile()) {
      if (!isHidden(status.getPath())) {
        files.put(status.getPath(), InputFile.of(status));
      }
      return;
    }
    for (FileStatus child : fileSystem.listStatus(status.getPath())) {
      if (child.isFile() || !isHidden(child.getPath())) {
        collect(child, fileSystem, files);
      }
    }
  }

  private static boolean isHidden(Path path) {
    String name = path.getName();
    return name.startsWith(".")
        || (name.startsWith("_") && !name.contains("="))
        || name.endsWith("._COPYING_");
  }

  private static List<Path> outermost(Iterable<Path> roots) {
    List<Path> outermost = new ArrayList<>();
    for (Path root : roots) {
      if (outermost.stream().noneMatch(outer -> isInside(root, outer))) {
        outermost.add(root);
      }
    }
    return List.copyOf(outermost);
  }

  /** Whether a path is the root or lies below it. */
  static boolean isInside(Path path, Path root) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (at.equals(root)) {
        return true;
      }
    }
    return false;
  }
}
