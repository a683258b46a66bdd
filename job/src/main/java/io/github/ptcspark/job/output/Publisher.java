package io.github.ptcspark.job.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Brings files of rows to where readers look, and takes others away. Everything here may be done
 * again, also by several runs at once, since no two files have the same name.
 */
final class Publisher {

  /**
   * Files that no reader takes for Parquet, there for as long as readers would meet neither the old
   * rows nor the new ones whole: in each directory that changes, since whoever reads some
   * partitions looks into no others. All are whole before anything goes. One comes early in a
   * listing and one late, so that a listing that is taken in pieces meets one of them.
   */
  private static final List<String> WARNINGS =
      List.of("being-replaced.parquet", "slice-being-replaced.parquet");

  private static final int ATTEMPTS = 20;

  private static final byte[] WARNING =
      "The files of this output are being replaced. Read it again in a moment; if no run of ptc is"
          .concat(" at work on it, the next one brings this to its end.\n")
          .getBytes(StandardCharsets.UTF_8);

  private final FileSystem files;
  private final Layout layout;
  private final Set<Path> directories = ConcurrentHashMap.newKeySet();

  Publisher(FileSystem files, Layout layout) {
    this.files = files;
    this.layout = layout;
  }

  /** Moves files of rows from where they were written to their places. */
  void publish(Collection<String> names) throws IOException {
    Together.forEach(names, this::publish);
  }

  /**
   * Has readers meet some files, and not those whose place they have taken.
   *
   * @param names of the files
   * @param superseded names of those that go
   */
  Settled settle(Set<String> names, Set<String> superseded) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    Set<String> warnings = new HashSet<>();
    for (FileStatus file : below(layout.root())) {
      String name = Layout.relative(layout.root(), file.getPath());
      if (Layout.isOfRows(name)) {
        sizes.put(name, file.getLen());
      } else if (WARNINGS.contains(file.getPath().getName())) {
        warnings.add(name);
      }
    }
    Set<String> staged = stagedNames();
    List<String> lost = new ArrayList<>();
    List<String> waiting = new ArrayList<>();
    for (String name : names) {
      if (!sizes.containsKey(name)) {
        (staged.contains(name) ? waiting : lost).add(name);
      }
    }
    Set<String> others = new HashSet<>(sizes.keySet());
    others.removeAll(names);
    List<String> going = others.stream().filter(superseded::contains).toList();
    if (!going.isEmpty()) {
      Set<String> changing = warningsBeside(going);
      changing.addAll(warningsBeside(waiting));
      Together.forEach(changing, this::warn);
      warnings.addAll(changing);
      Together.forEach(going, name -> files.delete(layout.place(name), false));
    }
    publish(waiting);
    Together.forEach(warnings, name -> files.delete(layout.place(name), false));
    others.removeAll(superseded);
    sizes.keySet().retainAll(names);
    return new Settled(sizes, lost, List.copyOf(others));
  }

  /**
   * What readers meet.
   *
   * @param sizes bytes of the files that were in their places
   * @param lost files that should be there and are nowhere
   * @param foreign files that look like those of runs, and no run of this output wrote them
   */
  record Settled(Map<String, Long> sizes, List<String> lost, List<String> foreign) {}

  /** Removes what was written, is not needed, and was never seen; all but some files. */
  void clear(Set<String> needed) throws IOException {
    if (needed.isEmpty()) {
      files.delete(layout.staging(), true);
      return;
    }
    Set<Path> kept = new HashSet<>();
    needed.forEach(name -> kept.add(layout.staged(name)));
    for (Path file : staged()) {
      if (!kept.contains(file)) {
        files.delete(file, false);
      }
    }
  }

  private void publish(String name) throws IOException {
    Path from = layout.staged(name);
    Path to = layout.place(name);
    if (!to.getParent().equals(layout.root()) && directories.add(to.getParent())) {
      files.mkdirs(to.getParent());
    }
    boolean moved;
    try {
      moved = files.rename(from, to);
    } catch (FileNotFoundException | FileAlreadyExistsException e) {
      moved = false; // Where others say false, object stores throw.
    }
    // Another run may be doing the same.
    if (!moved && !files.exists(to)) {
      throw new IOException("%s cannot be renamed to %s".formatted(from, to));
    }
  }

  private static Set<String> warningsBeside(Collection<String> names) {
    Set<String> beside = new HashSet<>();
    for (String name : names) {
      String directory = name.substring(0, name.lastIndexOf('/') + 1);
      WARNINGS.forEach(warning -> beside.add(directory + warning));
    }
    return beside;
  }

  private void warn(String name) throws IOException {
    try (var out = files.create(layout.place(name), true)) {
      out.write(WARNING);
    }
  }

  private List<Path> staged() throws IOException {
    return below(layout.staging()).stream().map(FileStatus::getPath).toList();
  }

  /** The files of rows that were written and are not at their places. */
  Set<String> stagedNames() throws IOException {
    Set<String> names = new HashSet<>();
    for (Path file : staged()) {
      String name = Layout.relative(layout.staging(), file);
      String ofRows = name.substring(name.indexOf('/') + 1);
      if (Layout.isOfRows(ofRows) && layout.staged(ofRows).equals(file)) {
        names.add(ofRows);
      }
    }
    return names;
  }

  /**
   * All files below a directory; none if there is no such directory.
   *
   * @throws IOException if directories below it go again and again as they are listed
   */
  List<FileStatus> below(Path directory) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return listed(directory);
      } catch (FileNotFoundException e) {
        if (!files.exists(directory)) {
          return List.of();
        }
        // Another run removed a directory as we looked, and what stands behind it was not seen.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private List<FileStatus> listed(Path directory) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    if (files instanceof LocalFileSystem) {
      collect(directory, found);
    } else {
      RemoteIterator<LocatedFileStatus> all = files.listFiles(directory, true);
      while (all.hasNext()) {
        found.add(all.next());
      }
    }
    return found;
  }

  /** Hadoop's own listing of a local tree starts a process for the permissions of every file. */
  private void collect(Path directory, List<FileStatus> found) throws IOException {
    for (FileStatus child : files.listStatus(directory)) {
      if (child.isDirectory()) {
        collect(child.getPath(), found);
      } else {
        found.add(child);
      }
    }
  }
}
