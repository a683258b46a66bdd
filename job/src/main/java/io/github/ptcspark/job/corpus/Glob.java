package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * What a glob of Hadoop's kind matches: {@code * ? [a-z] {a,b}} and {@code \} before a character
 * that means itself. Wildcards pass over hidden names, unless the pattern says their first
 * character.
 */
final class Glob {

  /** Lists directories, and nothing for what is none. */
  interface Directories {

    List<FileStatus> list(Path directory) throws IOException;

    boolean exists(Path path) throws IOException;
  }

  private Glob() {}

  /** Whether a name is a pattern. */
  static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /** The paths that match, in no order. */
  static List<Path> match(Path qualified, Directories directories) throws IOException {
    List<Path> matches = new ArrayList<>();
    for (String pattern : GlobExpander.expand(qualified.toUri().getPath())) {
      Path root = new Path(qualified.toUri().getScheme(), qualified.toUri().getAuthority(), "/");
      List<Path> found = List.of(root);
      for (String component : pattern.split("/", -1)) {
        if (!component.isEmpty()) {
          found = step(found, component, directories);
        }
      }
      matches.addAll(found);
    }
    return matches;
  }

  private static List<Path> step(List<Path> from, String component, Directories directories)
      throws IOException {
    GlobPattern pattern = new GlobPattern(component);
    List<Path> matches = new ArrayList<>();
    for (Path directory : from) {
      if (!pattern.hasWildcard()) {
        String name = component.replaceAll("\\\\(.)", "$1");
        Path path = new Path(directory, new Path(null, null, name));
        if (directories.exists(path)) {
          matches.add(path);
        }
        continue;
      }
      for (FileStatus entry : directories.list(directory)) {
        String name = entry.getPath().getName();
        boolean wanted = !FileTree.isHidden(name) || name.charAt(0) == component.charAt(0);
        if (wanted && pattern.matches(name)) {
          matches.add(entry.getPath());
        }
      }
    }
    return matches;
  }
}
