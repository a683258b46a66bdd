package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** How rows of CSV are found in files; it travels to the executors. */
final class CsvSource implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Character delimiter;
  private final char quote;
  private final Character escape;
  private final TextEncoding encoding;

  /** Files written as some options say. */
  CsvSource(TextOptions options, TextEncoding encoding) {
    this.delimiter = options.delimiter().orElse(null);
    this.quote = options.quoteOrDefault();
    this.escape = options.escape().orElse(null);
    this.encoding = encoding;
  }

  /** Opens a whole file at its header. */
  CsvReader open(FileRange range, Configuration configuration, DocumentLimit limit)
      throws IOException {
    EncodedInput input = EncodedInput.open(range, encoding, configuration);
    try {
      return new CsvReader(new TextReader(input), syntax(range), limit);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** The characters that have a meaning in a file: tabs delimit in {@code .tsv} by default. */
  CsvSyntax syntax(FileRange range) {
    boolean tabs = FormatNames.extension(range.path()).equals("tsv");
    char byExtension = tabs ? '\t' : ',';
    return new CsvSyntax(
        delimiter == null ? byExtension : delimiter, quote, Optional.ofNullable(escape));
  }
}
