package io.github.ptcspark.job.output;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Where things lie in an output.
 *
 * <pre>
 *   slice-000012-5f0c2a9e3b7d41.zstd.parquet   rows; with partition columns in directories NAME=VALUE
 *   _ptc/lock                                  the run that writes, for others to see
 *   _ptc/manifest.json                         what the output holds, for people and schedulers
 *   _ptc/report.html                           a page about it, for people
 *   _ptc/runs/00000003-5f0c2a9e/               the steps of the third run, see {@link Ledger}
 *   _ptc/history/00000003-5f0c2a9e-000256.gz   parts of the input that were read, see {@link History}
 *   _ptc/staging/000013-5f0c2a9e/              rows that are being written
 * </pre>
 *
 * <p>No two files of rows ever have the same name: it has the number of the slice, the token of the
 * run (8 digits) and that of the attempt to write it (6 digits).
 *
 * @param root the output, qualified
 */
record Layout(Path root) {

  static final String MANIFEST = "_ptc/manifest.json";

  private static final Pattern ROWS =
      Pattern.compile("(?:.*/)?slice-(\\d{6,}-[0-9a-f]{8})[0-9a-f]{6}(-\\d+)?\\.[^/]*parquet");

  Path own() {
    return new Path(root, "_ptc");
  }

  Path manifest() {
    return new Path(root, MANIFEST);
  }

  Path report() {
    return new Path(root, "_ptc/report.html");
  }

  Path lock() {
    return new Path(root, "_ptc/lock");
  }

  Path runs() {
    return new Path(root, "_ptc/runs");
  }

  Path histories() {
    return new Path(root, "_ptc/history");
  }

  Path staging() {
    return new Path(root, "_ptc/staging");
  }

  /** Where the rows of a slice are written. */
  Path staging(int number, String token) {
    return new Path(staging(), String.format(Locale.ROOT, "%06d-%s", number, token));
  }

  /** Where a file of rows was written, by its name relative to the output. */
  Path staged(String name) {
    return new Path(stagedRoot(name), name);
  }

  /** The directory below which a file of rows was written. */
  Path stagedRoot(String name) {
    Matcher matcher = ROWS.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Invalid name of a file of rows: " + name);
    }
    return new Path(staging(), matcher.group(1));
  }

  Path place(String name) {
    return new Path(root, name);
  }

  /** Whether a file, by its name relative to the output, is one of rows that readers meet. */
  static boolean isOfRows(String name) {
    return !name.startsWith("_ptc/") && ROWS.matcher(name).matches();
  }

  /** The name of a file relative to a directory. */
  static String relative(Path directory, Path file) {
    return directory.toUri().relativize(file.toUri()).getPath();
  }
}
