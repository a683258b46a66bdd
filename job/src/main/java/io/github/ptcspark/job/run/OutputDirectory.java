package io.github.ptcspark.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.run.ClassifyOptions.ExistingOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.types.StructField;

/**
 * The output of one or many runs, which grows slice by slice.
 *
 * <pre>
 *   slice-000001.zstd.parquet    rows; with partition columns in directories NAME=VALUE
 *   _ptc/output.json             the identity: what all runs have in common
 *   _ptc/slices/000001.json      what was read and written: the slice is committed
 *   _ptc/staging/000002/         rows that are being written
 *   _ptc/lock                    the run that writes
 *   _ptc/manifest.json           the record of the last run that came to its end
 * </pre>
 *
 * <p>A slice is written to its staging directory; then its record is written, which commits it;
 * then its files are moved to where readers look. A run that dies in between leaves the rest of the
 * moves to the next. So a reader meets every row of a committed slice once, and no other rows.
 *
 * <p>An output that is to be replaced stays as it is while the new one grows in a hidden directory
 * beside it, and gives way to it at the end.
 */
final class OutputDirectory implements AutoCloseable {

  static final String MANIFEST = "_ptc/manifest.json";

  private static final String IDENTITY = "_ptc/output.json";
  private static final String SLICES = "_ptc/slices";
  private static final String STAGING = "_ptc/staging";
  private static final String LOCK = "_ptc/lock";

  private final FileSystem files;
  private final Path target;
  private final Path root;
  private final RunLock lock;
  private final Map<Integer, SliceRecord> records = new TreeMap<>();

  private OutputDirectory(FileSystem files, Path target, Path root, RunLock lock) {
    this.files = files;
    this.target = target;
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens an output for a run, new or with what earlier runs committed; brings to an end what a run
   * that died had begun.
   *
   * @throws JobException if it belongs to something else, has another identity and is not to be
   *     replaced, is in use, or cannot be written
   */
  static OutputDirectory open(
      Configuration configuration,
      String output,
      OutputIdentity identity,
      ExistingOutput existing,
      RunLock.Times times) {
    try {
      Path given = new Path(output);
      FileSystem files = given.getFileSystem(configuration);
      Path target = files.makeQualified(given);
      if (target.getParent() == null) {
        throw new JobException("Cannot write %s: it is the root directory".formatted(output));
      }
      finishReplacing(files, target);
      refuseForeign(files, target, output);
      boolean replaces = replaces(files, target, identity, existing);
      if (!replaces) {
        refuseOther(files, target, output, identity);
      }
      files.mkdirs(new Path(target, SLICES));
      RunLock lock = RunLock.take(files, new Path(target, LOCK), output, times);
      OutputDirectory directory =
          new OutputDirectory(files, target, replaces ? replacement(target) : target, lock);
      try {
        directory.prepare(identity);
        return directory;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot write %s: %s".formatted(output, reason(e)), e);
    }
  }

  /**
   * The kept columns of what an output has, with the types that they have there; none if it has
   * nothing yet or is to be replaced.
   */
  static List<StructField> keptColumns(
      Configuration configuration, String output, ExistingOutput existing) {
    if (existing == ExistingOutput.REPLACE) {
      return List.of();
    }
    try {
      Path target = new Path(output);
      FileSystem files = target.getFileSystem(configuration);
      return hasIdentity(files, target) ? identityOf(files, target).kept() : List.of();
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot read %s: %s".formatted(output, reason(e)), e);
    }
  }

  /**
   * The slices that a run with this identity would find committed, without a lock and without
   * changing anything.
   *
   * @throws JobException if {@link #open} would refuse the output
   */
  static List<SliceRecord> committed(
      Configuration configuration,
      String output,
      OutputIdentity identity,
      ExistingOutput existing) {
    try {
      Path given = new Path(output);
      FileSystem files = given.getFileSystem(configuration);
      Path target = files.makeQualified(given);
      refuseForeign(files, target, output);
      boolean replaces = replaces(files, target, identity, existing);
      if (replaces || !hasIdentity(files, target)) {
        return List.of();
      }
      refuseOther(files, target, output, identity);
      return recordsIn(files, target);
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot read %s: %s".formatted(output, reason(e)), e);
    }
  }

  /** The run that died and left the lock behind, if one did. */
  Optional<RunLock.Holder> dead() {
    return lock.dead();
  }

  /** The committed slices, by number. */
  synchronized List<SliceRecord> records() {
    return List.copyOf(records.values());
  }

  /** The first number that no slice has yet. */
  synchronized int nextNumber() {
    return records.keySet().stream().max(Comparator.naturalOrder()).orElse(0) + 1;
  }

  /** Whether the rows are to take the place of others. */
  boolean isReplacement() {
    return !root.equals(target);
  }

  /** Begins a replacement anew: what has been done of it is of files that have changed. */
  synchronized void beginAnew(OutputIdentity identity) {
    try {
      files.delete(new Path(root, IDENTITY), false);
      records.clear();
      prepare(identity);
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(target, reason(e)), e);
    }
  }

  /** Where to write the rows of a slice. */
  Path staging(int number) {
    return new Path(new Path(root, STAGING), name(number));
  }

  /** The files in the staging directory of a slice, by the names that they will have. */
  List<String> stagedFiles(int number) throws IOException {
    return List.copyOf(staged(number).keySet());
  }

  /**
   * Commits a slice whose rows are in its staging directory.
   *
   * @throws JobException if another run has taken the output over
   */
  synchronized void commit(SliceRecord record) throws IOException {
    lock.check();
    JsonFiles.write(files, recordOf(record.number()), record);
    publish(record);
    records.put(record.number(), record);
  }

  /**
   * Removes what was written of a slice whose work failed; not if its record is there, for then the
   * next run moves the rest of its files to their places.
   */
  void discard(int number) {
    try {
      if (!files.exists(recordOf(number))) {
        files.delete(staging(number), true);
      }
    } catch (IOException e) {
      // The next run removes it.
    }
  }

  /** Writes the manifest; a new output takes the place of the one that it replaces. */
  synchronized void finish(Object manifest) {
    try {
      lock.check();
      files.delete(new Path(root, STAGING), true);
      JsonFiles.write(files, new Path(root, MANIFEST), manifest);
      if (isReplacement()) {
        rename(target, replaced(target));
        rename(root, target);
        files.delete(replaced(target), true);
      }
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(target, reason(e)), e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }

  /** What an exception says, without its class. */
  static String reason(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private void prepare(OutputIdentity identity) throws IOException {
    // A replacement without identity is one that is being removed.
    boolean goesOn = hasIdentity(files, root) && identityOf(files, root).equals(identity);
    if (isReplacement() && !goesOn) {
      files.delete(root, true);
    }
    files.mkdirs(new Path(root, SLICES));
    if (!hasIdentity(files, root)) {
      JsonFiles.write(files, new Path(root, IDENTITY), identity.values());
    }
    for (SliceRecord record : recordsIn(files, root)) {
      publish(record);
      records.put(record.number(), record);
    }
    files.delete(new Path(root, STAGING), true);
  }

  /** Moves the files of a committed slice to their places, so far as that is not done. */
  private void publish(SliceRecord record) throws IOException {
    Map<String, Path> staged = staged(record.number());
    for (String name : record.files()) {
      Path place = new Path(root, name);
      Path from = staged.get(name);
      if (from != null) {
        files.mkdirs(place.getParent());
        files.delete(place, false);
        rename(from, place);
      } else if (!files.exists(place)) {
        throw new IOException(
            "%s is missing, which a run committed as slice %d".formatted(name, record.number()));
      }
    }
    files.delete(staging(record.number()), true);
  }

  private Map<String, Path> staged(int number) throws IOException {
    Path staging = staging(number);
    Map<String, Path> staged = new TreeMap<>();
    if (!files.exists(staging)) {
      return staged;
    }
    Map<Path, List<Path>> byDirectory = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(staging, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (file.getName().endsWith(".parquet") && !file.getName().startsWith(".")) {
        byDirectory.computeIfAbsent(file.getParent(), parent -> new ArrayList<>()).add(file);
      }
    }
    byDirectory.forEach(
        (directory, children) -> {
          children.sort(Comparator.naturalOrder());
          String prefix = staging.toUri().relativize(directory.toUri()).getPath();
          for (int i = 0; i < children.size(); i++) {
            String name = fileName(number, i, children.get(i).getName());
            staged.put(prefix.isEmpty() ? name : prefix + "/" + name, children.get(i));
          }
        });
    return staged;
  }

  /** {@code slice-000012.zstd.parquet}; further files of a directory get a further number. */
  private static String fileName(int number, int index, String written) {
    String further = index == 0 ? "" : "-" + (index + 1);
    return "slice-" + name(number) + further + written.substring(written.indexOf('.'));
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("%s cannot be renamed to %s".formatted(from, to));
    }
  }

  private Path recordOf(int number) {
    return new Path(new Path(root, SLICES), name(number) + ".json");
  }

  private static String name(int number) {
    return "%06d".formatted(number);
  }

  private static List<SliceRecord> recordsIn(FileSystem files, Path root) throws IOException {
    List<SliceRecord> records = new ArrayList<>();
    for (FileStatus file : files.listStatus(new Path(root, SLICES))) {
      if (!file.getPath().getName().startsWith(".")) {
        records.add(JsonFiles.read(files, file.getPath(), SliceRecord.class));
      }
    }
    return records;
  }

  /**
   * Whether rows grow beside an output that is there; not beside one that a run with this identity
   * began and has not finished.
   */
  private static boolean replaces(
      FileSystem files, Path target, OutputIdentity identity, ExistingOutput existing)
      throws IOException {
    if (existing != ExistingOutput.REPLACE || !hasIdentity(files, target)) {
      return false;
    }
    return files.exists(new Path(target, MANIFEST)) || !identityOf(files, target).equals(identity);
  }

  private static boolean hasIdentity(FileSystem files, Path root) throws IOException {
    return files.exists(new Path(root, IDENTITY));
  }

  private static OutputIdentity identityOf(FileSystem files, Path root) throws IOException {
    Map<String, JsonNode> values = new TreeMap<>();
    JsonFiles.read(files, new Path(root, IDENTITY), JsonNode.class)
        .fields()
        .forEachRemaining(field -> values.put(field.getKey(), field.getValue()));
    return new OutputIdentity(values);
  }

  private static void refuseForeign(FileSystem files, Path target, String output)
      throws IOException {
    if (!files.exists(target) || hasIdentity(files, target)) {
      return;
    }
    boolean empty =
        files.getFileStatus(target).isDirectory()
            && Arrays.stream(files.listStatus(target))
                .allMatch(child -> child.getPath().getName().equals("_ptc"));
    if (!empty) {
      throw new JobException(
          "Cannot write %s: it exists and has no %s, so no run wrote it"
              .formatted(output, IDENTITY));
    }
  }

  private static void refuseOther(
      FileSystem files, Path target, String output, OutputIdentity identity) throws IOException {
    if (!hasIdentity(files, target)) {
      return;
    }
    List<String> differences = identityOf(files, target).differencesTo(identity);
    if (!differences.isEmpty()) {
      throw new JobException(
          "Cannot add to %s: it has %s; --overwrite replaces it"
              .formatted(output, String.join("; ", differences)));
    }
  }

  /** Lets a finished replacement take its place, if a run died before it had. */
  private static void finishReplacing(FileSystem files, Path target) throws IOException {
    if (!files.exists(target)
        && files.exists(replaced(target))
        && files.exists(new Path(replacement(target), MANIFEST))
        && !files.rename(replacement(target), target)) {
      throw new IOException(replacement(target) + " cannot be renamed");
    }
    if (files.exists(target)) {
      files.delete(replaced(target), true);
    }
  }

  private static Path replacement(Path target) {
    return new Path(target.getParent(), "." + target.getName() + ".replacement");
  }

  private static Path replaced(Path target) {
    return new Path(target.getParent(), "." + target.getName() + ".replaced");
  }
}
