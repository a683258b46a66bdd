package io.github.ptcspark.job.corpus;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The files behind the inputs of a corpus.
 *
 * <p>An input is a file, a directory (read with everything below it) or a glob, on any file system
 * that Hadoop knows. Files and directories whose names begin with {@code _} or {@code .} are
 * skipped, as Spark skips them, unless an input names them. A file that several inputs or symbolic
 * links lead to is read once.
 *
 * @param roots the files and directories that the inputs name, without those inside another
 * @param files all files, by path
 * @param table a table that files are a part of, if any is
 */
record InputFiles(Set<Path> roots, List<InputFile> files, Optional<TableSearch.Table> table) {

  /**
   * Finds the files.
   *
   * @throws io.github.ptcspark.job.JobException if an input does not exist or holds no files, or
   *     something in it cannot be read, for all of that together
   */
  static InputFiles find(List<String> inputs, Configuration configuration) {
    return new FileTree(configuration).collect(inputs);
  }

  /** The paths that are not below another. */
  static Set<Path> outermost(Set<Path> roots) {
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
