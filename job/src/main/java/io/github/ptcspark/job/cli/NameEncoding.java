package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.JobException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The encoding in which this JVM exchanges names with the system. It follows the locale, and a JVM
 * replaces the letters that its encoding lacks without a word, in arguments and in names of files.
 *
 * @param name of the encoding, as Java has it in {@code sun.jnu.encoding}
 */
record NameEncoding(String name) {

  private static final String DISK = "file";
  private static final char REPLACEMENT = '\ufffd';

  /** A letter outside of ASCII has two bytes or more in UTF-8, and becomes as many of these. */
  private static final String LOST = "??";

  /** The one of this JVM. */
  static NameEncoding current() {
    return new NameEncoding(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * Refuses arguments that have lost letters on their way into this JVM.
   *
   * @throws JobException with the argument and the remedy
   */
  void check(List<String> arguments) {
    if (hasAllLetters()) {
      return;
    }
    for (String argument : arguments) {
      if (argument.indexOf(REPLACEMENT) >= 0 || argument.contains(LOST)) {
        throw new JobException(
            "Cannot read the argument \"%s\": %s"
                .formatted(argument.replace(REPLACEMENT, '?'), remedy()));
      }
    }
  }

  /**
   * Refuses directories that are named after values, on the disk of a machine.
   *
   * @param hadoop where the file system of paths without a scheme is configured
   * @throws JobException with the directory and the remedy
   */
  void checkNamesAfterValues(String directory, Configuration hadoop) {
    if (!hasAllLetters() && isOnDisk(directory, hadoop)) {
      throw new JobException(
          "Cannot name directories in %s after values: %s".formatted(directory, remedy()));
    }
  }

  private static boolean isOnDisk(String directory, Configuration hadoop) {
    String scheme = new Path(directory).toUri().getScheme();
    return DISK.equals(scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme);
  }

  private boolean hasAllLetters() {
    return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.UTF_8);
  }

  private String remedy() {
    return "the encoding of this locale, %s, lacks letters; LC_ALL=C.UTF-8 has all".formatted(name);
  }
}
