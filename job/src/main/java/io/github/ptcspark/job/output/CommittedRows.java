package io.github.ptcspark.job.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.job.output.LockFile.Times;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that runs have committed to an output, to be read: of the whole output, or of some slices.
 *
 * @param name the output as the user named it
 * @param root the output, qualified
 * @param identity what the rows were made with
 * @param files where the files of rows are, by the directory below which partition columns begin
 * @param rows how many rows they have
 * @param gone what was written and is not there any more
 * @param manifest what the last run that came to its end said of the output, if one did
 */
public record CommittedRows(
    String name,
    Path root,
    OutputIdentity identity,
    Map<Path, List<Path>> files,
    long rows,
    Gone gone,
    Optional<JsonNode> manifest) {

  /**
   * All rows of an output. Changes nothing there.
   *
   * @throws IOException if it does not exist, no run wrote it, one writes to it, or it cannot be
   *     read
   */
  public static CommittedRows of(Configuration configuration, String output) throws IOException {
    Path given = new Path(output);
    FileSystem files = FileSystems.of(given, configuration);
    Layout layout = new Layout(files.makeQualified(given));
    if (!files.exists(layout.root())) {
      throw new IOException("it does not exist");
    }
    requireQuiet(new LockFile(files, layout.lock()));
    OutputState state =
        Ledger.read(files, layout)
            .orElseThrow(
                () -> new IOException("it has no _ptc/runs, so no run of ptc classify wrote it"));
    return of(output, files, layout, state.current());
  }

  private static CommittedRows of(
      String output, FileSystem files, Layout layout, Generation generation) throws IOException {
    Publisher publisher = new Publisher(files, layout);
    Set<String> placed = new HashSet<>();
    for (FileStatus file : publisher.below(layout.root())) {
      placed.add(Layout.relative(layout.root(), file.getPath()));
    }
    // A run that died may have left committed rows where it wrote them.
    Set<String> staged = publisher.stagedNames();
    Map<Path, List<Path>> found = new TreeMap<>();
    List<String> lost = new ArrayList<>();
    long rows = 0;
    for (String name : generation.files()) {
      if (placed.contains(name)) {
        add(found, layout.root(), layout.place(name));
      } else if (staged.contains(name)) {
        Path path = layout.staged(name);
        add(found, layout.stagedRoot(name), path);
      } else {
        lost.add(name);
        continue;
      }
      rows += generation.rows(name);
    }
    long lostRows = lost.stream().mapToLong(generation::rows).sum();
    Gone gone = generation.gone();
    return new CommittedRows(
        output,
        layout.root(),
        generation.identity(),
        found,
        rows,
        new Gone(gone.files() + lost.size(), gone.rows() + lostRows),
        manifest(files, layout));
  }

  /** Rows of some slices, which are at their places. */
  static CommittedRows of(
      String output,
      Layout layout,
      OutputIdentity identity,
      Collection<SliceRecord> slices,
      Object manifest) {
    Map<Path, List<Path>> found = new TreeMap<>();
    long rows = 0;
    for (SliceRecord slice : slices) {
      slice.files().keySet().forEach(name -> add(found, layout.root(), layout.place(name)));
      rows += slice.counts().documents();
    }
    return new CommittedRows(
        output,
        layout.root(),
        identity,
        found,
        rows,
        Gone.NONE,
        Optional.of(SmallFiles.tree(manifest)));
  }

  /** How many files there are. */
  public int fileCount() {
    return files.values().stream().mapToInt(List::size).sum();
  }

  /** The rows, of {@link io.github.ptcspark.spark.ClassifiedSchema}. */
  public Dataset<Row> read(SparkSession session) {
    StructType schema = ClassifiedSchema.of(identity.kept());
    return files.entrySet().stream()
        .map(entry -> RowReader.read(session, schema, entry.getKey(), entry.getValue()))
        .reduce(Dataset::unionByName)
        .orElseGet(() -> session.createDataFrame(List.of(), schema));
  }

  /**
   * Writes a page about the output beside its manifest, whole or not at all.
   *
   * @return where it is, as the user would name it
   */
  public String writePage(Configuration configuration, String html) throws IOException {
    FileSystem fileSystem = FileSystems.of(root, configuration);
    SmallFiles.replace(fileSystem, new Layout(root).report(), html);
    return new Layout(new Path(name)).report().toString();
  }

  private static void add(Map<Path, List<Path>> files, Path base, Path file) {
    files.computeIfAbsent(base, none -> new ArrayList<>()).add(file);
  }

  private static void requireQuiet(LockFile lock) throws IOException {
    Optional<Holder> holder = lock.read();
    if (holder.isPresent() && !lock.isLeftBehind(holder.get(), Times.DEFAULT)) {
      throw new IOException("a run writes to it (%s)".formatted(holder.get()));
    }
  }

  static Optional<JsonNode> manifest(FileSystem files, Layout layout) throws IOException {
    try {
      return SmallFiles.read(files, layout.manifest(), JsonNode.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
