package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Columns that directories below the inputs have in their names, as Hive and Spark write them:
 * {@code date=2024-01-01}. Values are strings, as the path says them, with percent-escapes decoded
 * and null for Hive's default partition. Nothing is a column in the name of a file, of an input or
 * of what lies above it. A file that lies outside of such directories has null.
 */
final class DirectoryColumns implements Serializable {

  /** What Hive and Spark write where a value is null. */
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private static final long serialVersionUID = 1L;

  /** Where no directory says anything. */
  static final DirectoryColumns NONE = new DirectoryColumns();

  /** Inputs below which there are such directories. */
  private final HashSet<String> roots = new HashSet<>();

  /** The first directory for each name. */
  private final LinkedHashMap<String, String> names = new LinkedHashMap<>();

  /** A directory that names a column twice, by name. */
  private final LinkedHashMap<String, String> twice = new LinkedHashMap<>();

  private DirectoryColumns() {}

  /** What the directories of some files say. */
  static DirectoryColumns of(InputFiles inputs) {
    DirectoryColumns columns = new DirectoryColumns();
    Set<String> all = new HashSet<>();
    inputs.roots().forEach(root -> all.add(root.toString()));
    String last = null;
    for (InputFile file : inputs.files()) {
      String directory = directory(file.path());
      if (!directory.equals(last) && directory.indexOf('=') >= 0) {
        columns.look(directory, all);
      }
      last = directory;
    }
    return columns;
  }

  private void look(String directory, Set<String> inputs) {
    List<String> segments = new ArrayList<>();
    String root = segments(directory, inputs, segments);
    Set<String> seen = new HashSet<>();
    for (String segment : segments) {
      roots.add(root);
      String name = name(segment);
      names.putIfAbsent(name, directory);
      if (!seen.add(name)) {
        twice.putIfAbsent(name, directory);
      }
    }
  }

  /** The names of all columns. */
  List<String> names() {
    return List.copyOf(names.keySet());
  }

  /** Whether there is a column of this name. */
  boolean has(String name) {
    return names.containsKey(name);
  }

  /**
   * Makes sure that it is clear what a column holds.
   *
   * @throws JobException if a path names it twice, or directories name it in other case too
   */
  void requireClear(String name) {
    if (!has(name)) {
      return;
    }
    if (twice.containsKey(name)) {
      throw new JobException(
          "Cannot read %s: its path names the column \"%s\" twice"
              .formatted(FileRange.localName(twice.get(name)), name));
    }
    for (String other : names.keySet()) {
      if (other.equalsIgnoreCase(name) && !other.equals(name)) {
        throw new JobException(
            "Cannot read %s: its path names the column \"%s\", that of %s names \"%s\""
                .formatted(
                    FileRange.localName(names.get(other)),
                    other,
                    FileRange.localName(names.get(name)),
                    name));
      }
    }
  }

  /** The values for a file by name; columns that are not there are null. */
  Map<String, String> of(String path) {
    String at = directory(path);
    Map<String, String> found = new LinkedHashMap<>();
    List<String> segments = new ArrayList<>();
    if (!roots.isEmpty() && at.indexOf('=') >= 0) {
      segments(at, roots, segments);
    }
    for (String segment : segments) {
      String value = decoded(segment.substring(segment.indexOf('=') + 1));
      found.put(name(segment), value.equals(NULL) ? null : value);
    }
    return found;
  }

  /**
   * Collects the names of the directories with a column from an input down to a directory, the
   * outermost first; says which input that is.
   */
  private static String segments(String directory, Set<String> inputs, List<String> segments) {
    String at = directory;
    while (!inputs.contains(at)) {
      int slash = at.lastIndexOf(Path.SEPARATOR_CHAR);
      if (slash <= 0) {
        segments.clear(); // The input is the file itself.
        return "";
      }
      String segment = at.substring(slash + 1);
      if (segment.indexOf('=') > 0) {
        segments.add(0, segment);
      }
      at = at.substring(0, slash);
    }
    return at;
  }

  private static String directory(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf(Path.SEPARATOR_CHAR)));
  }

  private static String name(String segment) {
    return decoded(segment.substring(0, segment.indexOf('=')));
  }

  /** The text with each run of percent-escapes as the UTF-8 that it stands for, if it is any. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int end = at;
      while (isEscape(text, end)) {
        bytes.write(Integer.parseInt(text.substring(end + 1, end + 3), 16));
        end += 3;
      }
      if (end == at) {
        decoded.append(text.charAt(at++));
      } else {
        decoded.append(characters(bytes.toByteArray()));
        at = end;
      }
    }
    return decoded.toString();
  }

  private static boolean isEscape(String text, int at) {
    return at + 2 < text.length()
        && text.charAt(at) == '%'
        && Character.digit(text.charAt(at + 1), 16) >= 0
        && Character.digit(text.charAt(at + 2), 16) >= 0;
  }

  private static String characters(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1); // Spark escapes a character so.
    }
  }
}
