package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
record InputFiles(Set<Path> roots, List<InputFile> files) {

  /**
   * Finds the files.
   *
   * @throws JobException if an input does not exist or holds no files, for all such inputs together
   */
  static InputFiles find(List<String> inputs, Configuration configuration) {
    TreeSet<Path> roots = new TreeSet<>();
    TreeMap<String, InputFile> files = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String input : inputs) {
      try {
        TreeMap<String, InputFile> found = new TreeMap<>();
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
    FileSystem fileSystem = FileSystems.of(path, configuration);
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
      FileStatus status, FileSystem fileSystem, TreeMap<String, InputFile> files)
      throws IOException {
    if (status.isFile()) {
      if (!isHidden(status.getPath())) {
        InputFile file = InputFile.of(status);
        files.put(file.path(), file);
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

  private static Set<Path> outermost(Set<Path> roots) {
    return roots.stream()
        .filter(root -> !isBelow(roots, root))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether the inputs would lead to a path if a file were there. */
  Predicate<String> reach() {
    Set<Path> all = Set.copyOf(roots);
    return path -> {
      Path file = new Path(path);
      return all.contains(file) || isBelow(all, file);
    };
  }

  /** Whether a path lies below one of the directories. */
  private static boolean isBelow(Set<Path> directories, Path path) {
    for (Path at = path.getParent(); at != null; at = at.getParent()) {
      if (directories.contains(at)) {
        return true;
      }
    }
    return false;
  }
}
