package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.corpus.TextOptions;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say how text files are written. */
final class TextArguments {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description =
          "Encoding of text files that do not begin with a byte order mark, such as ISO-8859-1,"
              + " windows-1252, UTF-16LE or Shift_JIS (default: UTF-8).")
  private String encoding;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      converter = OneCharacter.class,
      description =
          "What stands between two fields of CSV, such as ';', '|' or tab (default: a comma, in"
              + " .tsv files a tab).")
  private Character delimiter;

  @Option(
      names = "--quote",
      paramLabel = "CHAR",
      converter = OneCharacter.class,
      description = "What stands around a field of CSV (default: a double quote).")
  private Character quote;

  @Option(
      names = "--escape",
      paramLabel = "CHAR",
      converter = OneCharacter.class,
      description =
          "What makes the character behind it one like any other in CSV, such as '\\' (default:"
              + " none; a doubled quote stands for one).")
  private Character escape;

  TextOptions options() {
    try {
      return new TextOptions(
          Optional.ofNullable(encoding),
          Optional.ofNullable(delimiter),
          Optional.ofNullable(quote),
          Optional.ofNullable(escape));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** A character, as itself or, for a tab, as {@code tab} or {@code \\t}. */
  static final class OneCharacter implements ITypeConverter<Character> {

    @Override
    public Character convert(String value) {
      if (value.equals("tab") || value.equals("\\t")) {
        return '\t';
      }
      if (value.length() != 1) {
        throw new TypeConversionException("'" + value + "' is not one character");
      }
      return value.charAt(0);
    }
  }
}
