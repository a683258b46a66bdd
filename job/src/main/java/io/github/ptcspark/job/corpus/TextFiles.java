package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * Text files: the whole file is one document, its path is the id. One that is too long, as it is
 * read and not as it is stored, is a malformed record.
 */
final class TextFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  /** Bytes of a longer file that are decoded. */
  private static final int BEGINNING = 4096;

  private final DocumentRows rows = new DocumentRows(0);
  private final DocumentLimit limit;

  /** Files up to a length. */
  TextFiles(DocumentLimit limit) {
    this.limit = limit;
  }

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
          return Optional.of(document(range.name(), input));
        }
      }

      @Override
      public void close() {}
    };
  }

  private Row document(String id, RangeInput input) throws IOException {
    byte[] bytes = input.readNBytes(limit.bytes() + 1);
    if (bytes.length > limit.bytes()) {
      String beginning = decode(Arrays.copyOf(bytes, Math.min(bytes.length, BEGINNING)));
      long length = bytes.length + input.transferTo(OutputStream.nullOutputStream());
      return rows.tooLong(id, limit, "the file", length, beginning);
    }
    String text = decode(bytes);
    return input
        .damage()
        .map(reason -> rows.malformed(id, reason, text))
        .orElseGet(() -> rows.document(id, text));
  }

  private static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
