package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/** Text files: the whole file is one document, its path is the id. */
final class TextFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  /** Most bytes that one document may have. */
  private static final int LARGEST = 1 << 28;

  private final DocumentRows rows = new DocumentRows(0);

  @Override
  public Documents open(FileRange range, Configuration configuration) {
    return new Documents() {

      private boolean read;

      @Override
      public Optional<Row> next() throws IOException {
        if (read) {
          return Optional.empty();
        }
        read = true;
        try (RangeInput input = RangeInput.open(range, configuration)) {
          byte[] bytes = input.readNBytes(LARGEST + 1);
          if (bytes.length > LARGEST) {
            throw new IOException(tooLarge(range.name()));
          }
          return Optional.of(document(range.name(), decode(bytes), input.damage()));
        }
      }

      @Override
      public void close() {}
    };
  }

  /** Refuses a file that is too large for one document, before any work. */
  static void check(List<InputFile> files) {
    for (InputFile file : files) {
      if (file.length() > LARGEST) {
        throw new JobException(tooLarge(file.name()));
      }
    }
  }

  private static String tooLarge(String name) {
    return "Cannot read "
        + name
        + ": one document has at most "
        + LARGEST
        + " bytes; --input-format lines reads every line as a document";
  }

  private Row document(String id, String text, Optional<String> damage) {
    return damage
        .map(reason -> rows.malformed(id, reason, text))
        .orElseGet(() -> rows.document(id, text));
  }

  private static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
