package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Collects the files below inputs, each once.
 *
 * <p>Symbolic links of the local disk are followed last, in the order of their paths: a file or
 * directory that is met without them, or by an earlier one, is not read again under another name,
 * and a loop ends where it began.
 */
final class FileTree {

  private final Configuration configuration;
  private final TreeSet<Path> roots = new TreeSet<>();
  private final TreeMap<String, InputFile> files = new TreeMap<>();
  private final LocalDisk disk = new LocalDisk();
  private final TableSearch tables = new TableSearch();
  private final StreamOutputs streams = new StreamOutputs();

  /** Directories that have been walked, without symbolic links. */
  private final Set<String> walked = new HashSet<>();

  /** Files that were not met in a directory but as an input or by a link, without links. */
  private final Set<String> single = new HashSet<>();

  private final PriorityQueue<Link> links =
      new PriorityQueue<>(Comparator.comparing((Link link) -> link.path().toString()));

  /** Empty. */
  FileTree(Configuration configuration) {
    this.configuration = configuration;
  }

  private record Link(Path path, Input input) {}

  /** What the user named, and what it leads to. */
  private static final class Input {

    private final String name;
    private final List<String> problems = new ArrayList<>();
    private boolean found;

    Input(String name) {
      this.name = name;
    }
  }

  /**
   * Collects the files of all inputs.
   *
   * @throws JobException if an input does not exist or holds no files, or something in it cannot be
   *     read, for all of that together
   */
  InputFiles collect(List<String> names) {
    List<Input> inputs = new ArrayList<>();
    for (String name : names) {
      Input whole = new Input(name);
      reading(whole, name, () -> parts(name).forEach(part -> inputs.add(new Input(part))));
      if (!whole.problems.isEmpty()) {
        inputs.add(whole);
      }
    }
    for (Input input : inputs) {
      if (input.problems.isEmpty()) {
        reading(input, input.name, () -> add(input));
      }
    }
    while (!links.isEmpty()) {
      Link link = links.remove();
      reading(link.input(), link.path().toString(), () -> follow(link));
    }
    List<String> problems = inputs.stream().flatMap(FileTree::problems).toList();
    if (!problems.isEmpty()) {
      throw new JobException(lines(problems));
    }
    return new InputFiles(InputFiles.outermost(roots), List.copyOf(files.values()), tables.found());
  }

  private static Stream<String> problems(Input input) {
    return input.found || !input.problems.isEmpty()
        ? input.problems.stream()
        : Stream.of(
            "Cannot read %s: it holds no files; names that begin with _ or . are skipped"
                .formatted(input.name));
  }

  private static String lines(List<String> problems) {
    List<String> first = problems.stream().limit(FileNames.SHOWN).toList();
    String lines = String.join("\n", first);
    int more = problems.size() - first.size();
    return more == 0 ? lines : lines + "\nand %s more".formatted(more);
  }

  private interface Work {

    void run() throws IOException;
  }

  private static void reading(Input input, String name, Work work) {
    try {
      work.run();
    } catch (IOException | IllegalArgumentException e) {
      input.problems.add(
          "Cannot read %s: %s".formatted(FileRange.localName(name), JobException.reason(e)));
    }
  }

  /** Commas divide inputs, unless there is something of the name with them. */
  private List<String> parts(String name) throws IOException {
    if (!name.contains(",") || literal(name).isPresent()) {
      return List.of(name);
    }
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        parts.add(name.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(name.substring(start));
    return parts.stream().filter(part -> !part.isBlank()).toList();
  }

  /** What is called as the user says, be there a colon or a wildcard in its name. */
  private Optional<Path> literal(String name) throws IOException {
    File file = new File(name);
    if (name.contains(":") && file.exists()) {
      return Optional.of(new Path("file", null, file.getAbsolutePath()));
    }
    try {
      Path path = new Path(name);
      FileSystem fileSystem = FileSystems.of(path, configuration);
      return fileSystem.exists(path)
          ? Optional.of(fileSystem.makeQualified(path))
          : Optional.empty();
    } catch (IllegalArgumentException e) { // A name that is no path may be several.
      return Optional.empty();
    }
  }

  private void add(Input input) throws IOException {
    Optional<Path> literal = literal(input.name);
    if (literal.isPresent()) {
      addRoot(literal.get(), input);
      return;
    }
    Path path = new Path(input.name);
    FileSystem fileSystem = FileSystems.of(path, configuration);
    if (!Glob.isGlob(input.name)) {
      throw new IOException("it does not exist");
    }
    List<Path> matches = Glob.match(fileSystem.makeQualified(path), directories(fileSystem));
    if (matches.isEmpty()) {
      throw new IOException("no file matches it");
    }
    for (Path match : matches) {
      addRoot(match, input);
    }
  }

  private Glob.Directories directories(FileSystem fileSystem) {
    return new Glob.Directories() {

      @Override
      public List<FileStatus> list(Path directory) throws IOException {
        if (!fileSystem.exists(directory) || !fileSystem.getFileStatus(directory).isDirectory()) {
          return List.of();
        }
        List<FileStatus> children = FileTree.this.list(directory, fileSystem);
        streams.look(directory, children);
        return children;
      }

      @Override
      public boolean exists(Path path) throws IOException {
        return LocalDisk.is(fileSystem) ? LocalDisk.exists(path) : fileSystem.exists(path);
      }
    };
  }

  private void addRoot(Path path, Input input) throws IOException {
    roots.add(path);
    FileSystem fileSystem = FileSystems.of(path, configuration);
    tables.lookAbove(path, fileSystem);
    if (!LocalDisk.is(fileSystem)) {
      take(fileSystem.getFileStatus(path), path, fileSystem, input);
    } else if (isReal(path)) {
      take(disk.follow(path), path, fileSystem, input);
    } else {
      links.add(new Link(path, input));
    }
  }

  private static boolean isReal(Path path) throws IOException {
    try {
      return LocalDisk.real(path).equals(path);
    } catch (FileSystemException | InvalidPathException e) { // Said where it is followed.
      return false;
    }
  }

  private void follow(Link link) throws IOException {
    FileSystem fileSystem = FileSystems.of(link.path(), configuration);
    if (!LocalDisk.is(fileSystem)) {
      throw new IOException("it is a symbolic link, which is followed on local disks only");
    }
    FileStatus status = disk.follow(link.path());
    take(status, LocalDisk.real(link.path()), fileSystem, link.input());
  }

  /**
   * Takes what an input or a link leads to.
   *
   * @param real the path without symbolic links
   */
  private void take(FileStatus status, Path real, FileSystem fileSystem, Input input)
      throws IOException {
    if (!status.isFile()) {
      walk(status.getPath(), real.toString(), fileSystem, input);
      return;
    }
    boolean inWalked =
        !isHidden(real.getName()) && walked.contains(String.valueOf(real.getParent()));
    if (!inWalked && single.add(real.toString())) {
      add(status, fileSystem);
    }
    input.found = true;
  }

  /** Takes what is below a directory; of its files no more is held than what is read of them. */
  private void walk(Path directory, String real, FileSystem fileSystem, Input input)
      throws IOException {
    if (!walked.add(real)) {
      input.found = true;
      return;
    }
    List<FileStatus> children = list(directory, fileSystem);
    tables.look(directory, children);
    streams.look(directory, children);
    for (FileStatus child : children) {
      Path path = child.getPath();
      if (isHidden(path.getName())) {
        continue;
      }
      if (child.isSymlink()) {
        links.add(new Link(path, input));
        continue;
      }
      reading(
          input,
          path.toString(),
          () -> {
            if (!child.isFile()) {
              walk(path, below(real, path), fileSystem, input);
            } else if (single.isEmpty() || !single.contains(below(real, path))) {
              add(child, fileSystem);
            }
            input.found |= child.isFile();
          });
    }
  }

  private static String below(String directory, Path child) {
    return directory.endsWith("/")
        ? directory + child.getName()
        : directory + "/" + child.getName();
  }

  private void add(FileStatus status, FileSystem fileSystem) throws IOException {
    if (!streams.counts(status.getPath())) {
      return;
    }
    if (LocalDisk.is(fileSystem)) {
      disk.requireReadable(status.getPath());
    }
    InputFile file = InputFile.of(status);
    files.put(file.path(), file);
  }

  private List<FileStatus> list(Path directory, FileSystem fileSystem) throws IOException {
    return LocalDisk.is(fileSystem)
        ? disk.list(directory)
        : Arrays.asList(fileSystem.listStatus(directory));
  }

  /** Whether a file or directory of this name is passed over, as Spark passes over it. */
  static boolean isHidden(String name) {
    return name.startsWith(".")
        || (name.startsWith("_") && !name.contains("="))
        || name.endsWith("._COPYING_");
  }
}
