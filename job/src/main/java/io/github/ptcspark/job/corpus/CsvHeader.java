package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What the header of a CSV file says of its columns. */
final class CsvHeader {

  /** Delimiters that people use, as they are given on a command line. */
  private static final Map<String, String> DELIMITERS = new LinkedHashMap<>();

  static {
    DELIMITERS.put(";", "';'");
    DELIMITERS.put("\t", "tab");
    DELIMITERS.put("|", "'|'");
    DELIMITERS.put(",", "','");
  }

  private CsvHeader() {}

  /**
   * The columns of a file.
   *
   * @throws JobException if the header cannot be read or lacks a column; it names the delimiter
   *     with which the columns would be there
   */
  static Columns columns(
      CorpusOptions options,
      CsvReader.CsvRow header,
      FileRange range,
      CsvSyntax syntax,
      DirectoryColumns directories) {
    if (header.problem().isPresent()) {
      throw new JobException(
          "Cannot read " + range.name() + ": " + problem(header.problem().get()));
    }
    try {
      return Columns.of(options, schema(header.fields()), directories, range.name());
    } catch (JobException e) {
      List<String> names = Columns.unseen(options).names();
      if (header.fields().containsAll(names)) {
        throw e;
      }
      for (Map.Entry<String, String> other : DELIMITERS.entrySet()) {
        if (split(header.raw(), other.getKey(), syntax.quote()).containsAll(names)) {
          throw new JobException(
              e.getMessage() + "; --delimiter " + other.getValue() + " finds them", e);
        }
      }
      throw e;
    }
  }

  private static List<String> split(String header, String delimiter, char quote) {
    return Arrays.stream(header.split(Pattern.quote(delimiter)))
        .map(
            field ->
                field.length() > 1
                        && field.charAt(0) == quote
                        && field.charAt(field.length() - 1) == quote
                    ? field.substring(1, field.length() - 1)
                    : field)
        .toList();
  }

  /** The problem of a header as one of its file. */
  static String problem(String problem) {
    return "the header: " + problem;
  }

  private static StructType schema(List<String> fields) {
    StructType schema = new StructType();
    for (String name : fields) {
      schema = schema.add(name == null ? "" : name, DataTypes.StringType, true);
    }
    return schema;
  }
}
