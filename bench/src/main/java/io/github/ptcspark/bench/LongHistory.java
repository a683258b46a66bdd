package io.github.ptcspark.bench;

import io.github.ptcspark.job.corpus.InputFile;
import io.github.ptcspark.job.corpus.SlicePart;
import io.github.ptcspark.job.output.Output;
import io.github.ptcspark.job.output.OutputView;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.output.SliceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Gives an output a past: many slices and many input files, as if years of runs had written and
 * read them. The files are empty; what is measured afterwards is how a run begins.
 */
public final class LongHistory {

  private static final int FILES_IN_A_DIRECTORY = 1000;

  private LongHistory() {}

  /** The local file system without a process of its own for the permissions of every file. */
  public static final class QuickFiles extends RawLocalFileSystem {
    @Override
    public void setPermission(org.apache.hadoop.fs.Path file, FsPermission permission) {}
  }

  /**
   * Makes the past.
   *
   * @param arguments the output, a directory for input files, how many slices, how many files
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      System.err.println("Usage: LongHistory OUTPUT INPUTS SLICES FILES");
      System.exit(2);
    }
    Path inputs = Path.of(arguments[1]).toAbsolutePath();
    int slices = Integer.parseInt(arguments[2]);
    int files = Integer.parseInt(arguments[3]);
    Configuration quick = new Configuration();
    quick.set("fs.file.impl", QuickFiles.class.getName());
    try (Output output = Output.open(OutputView.of(quick, arguments[0]))) {
      int first = output.nextNumber();
      for (int i = 0; i < slices; i++) {
        List<SlicePart> parts = new ArrayList<>();
        for (int file = part(files, i, slices); file < part(files, i + 1, slices); file++) {
          parts.add(inputFile(inputs, file));
        }
        commit(output, first + i, parts, quick);
      }
    }
  }

  private static int part(int files, int slice, int slices) {
    return (int) ((long) files * slice / slices);
  }

  private static SlicePart inputFile(Path inputs, int number) throws IOException {
    Path directory =
        inputs.resolve(String.format(Locale.ROOT, "%06d", number / FILES_IN_A_DIRECTORY));
    if (number % FILES_IN_A_DIRECTORY == 0 || !Files.exists(directory)) {
      Files.createDirectories(directory);
    }
    Path file =
        Files.createFile(directory.resolve(String.format(Locale.ROOT, "part-%09d.jsonl", number)));
    return new SlicePart(
        new InputFile("file:" + file, 0, Files.getLastModifiedTime(file).toMillis()), 0, 0);
  }

  private static void commit(Output output, int number, List<SlicePart> parts, Configuration quick)
      throws IOException {
    var staging = output.staging(number);
    String name = "slice-%s000000.parquet".formatted(staging.getName());
    FileSystem files = staging.getFileSystem(quick);
    files.create(new org.apache.hadoop.fs.Path(staging, name), true).close();
    output.commit(
        new SliceRecord(
            number, parts, Map.of(name, 0L), RunCounts.NONE, 1, "2026-01-01T00:00:00Z"));
  }
}
