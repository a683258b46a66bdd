package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Looks for tables of a {@link TableFormat} in, below and above the inputs, as they are listed. */
final class TableSearch {

  private static final Map<String, TableFormat> DIRECTORIES =
      Map.of(
          "_delta_log", TableFormat.DELTA,
          ".hoodie", TableFormat.HUDI,
          "_versions", TableFormat.LANCE);

  private static final String ICEBERG_DIRECTORY = "metadata";

  private static final Pattern ICEBERG_FILE =
      Pattern.compile("(v\\d+|\\d{5,}-.+)(\\.gz)?\\.metadata\\.json(\\.gz)?");

  private static final Set<String> PAIMON_DIRECTORIES = Set.of("snapshot", "schema", "manifest");

  /** What Hive calls the directories of its transactions. */
  private static final Pattern HIVE_DIRECTORY =
      Pattern.compile("(base_\\d{7}|(delete_)?delta_\\d{7}_\\d{7}(_\\d{4})?)(_v\\d{7})?");

  private final Set<Path> above = new HashSet<>();
  private Optional<Table> found = Optional.empty();

  /**
   * A table that was found.
   *
   * @param path its directory, for messages
   */
  record Table(TableFormat format, String path) {

    private static Table at(TableFormat format, Path directory) {
      return new Table(format, FileRange.localName(directory.toString()));
    }

    /** Why its files are not read one by one. */
    String refusal() {
      return "Cannot read %s file by file: it is %s, whose deleted and replaced rows are still in"
              .formatted(path, format.title())
          + " its files; "
          + format.remedy();
    }
  }

  /** The first table that was found. */
  Optional<Table> found() {
    return found;
  }

  /** Looks at a directory that has been listed. */
  void look(Path directory, List<FileStatus> children) {
    if (found.isEmpty()) {
      found = table(directory, children);
    }
  }

  private static Optional<Table> table(Path directory, List<FileStatus> children) {
    Set<String> directories =
        children.stream()
            .filter(FileStatus::isDirectory)
            .map(child -> child.getPath().getName())
            .collect(Collectors.toSet());
    for (String name : directories) {
      if (DIRECTORIES.containsKey(name)) {
        return Optional.of(Table.at(DIRECTORIES.get(name), directory));
      }
      if (HIVE_DIRECTORY.matcher(name).matches()) {
        return Optional.of(Table.at(TableFormat.HIVE, directory));
      }
    }
    if (directories.containsAll(PAIMON_DIRECTORIES)) {
      return Optional.of(Table.at(TableFormat.PAIMON, directory));
    }
    return directory.getName().equals(ICEBERG_DIRECTORY) && isIceberg(children)
        ? Optional.of(Table.at(TableFormat.ICEBERG, directory.getParent()))
        : Optional.empty();
  }

  private static boolean isIceberg(List<FileStatus> children) {
    return children.stream()
        .anyMatch(child -> ICEBERG_FILE.matcher(child.getPath().getName()).matches());
  }

  /** Looks at what an input lies in; what cannot be seen is no table. */
  void lookAbove(Path input, FileSystem files) {
    for (Path at = input; at.getParent() != null; at = at.getParent()) {
      Path parent = at.getParent();
      if (found.isPresent() || !above.add(at)) {
        return;
      }
      if (HIVE_DIRECTORY.matcher(at.getName()).matches()) {
        found = Optional.of(Table.at(TableFormat.HIVE, parent));
      }
      DIRECTORIES.forEach(
          (name, format) -> {
            if (found.isEmpty() && exists(files, new Path(parent, name))) {
              found = Optional.of(Table.at(format, parent));
            }
          });
      if (found.isEmpty() && isIceberg(list(files, new Path(parent, ICEBERG_DIRECTORY)))) {
        found = Optional.of(Table.at(TableFormat.ICEBERG, parent));
      }
    }
  }

  private static boolean exists(FileSystem files, Path directory) {
    try {
      return files.exists(directory);
    } catch (IOException e) {
      return false;
    }
  }

  private static List<FileStatus> list(FileSystem files, Path directory) {
    try {
      return List.of(files.listStatus(directory));
    } catch (IOException e) {
      return List.of();
    }
  }
}
