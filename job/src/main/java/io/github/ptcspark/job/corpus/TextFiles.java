package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * Text files: the whole file is one document, its path is the id. One that is too long, as it is
 * read and not as it is stored, or cannot be decoded, is a malformed record.
 */
final class TextFiles implements RangeReader {

  private static final long serialVersionUID = 1L;

  /** Bytes of a longer file that are decoded. */
  private static final int BEGINNING = 4096;

  private final DocumentRows rows;
  private final TextEncoding encoding;
  private final DocumentLimit limit;

  /** Files up to a length. */
  TextFiles(DocumentRows rows, TextEncoding encoding, DocumentLimit limit) {
    this.rows = rows;
    this.encoding = encoding;
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
        try (EncodedInput input = EncodedInput.open(range, encoding, configuration)) {
          return Optional.of(document(range.name(), input));
        }
      }

      @Override
      public void close() {}
    };
  }

  private Row document(String id, EncodedInput input) throws IOException {
    byte[] bytes = input.bytes().readNBytes(limit.bytes() + 1);
    if (bytes.length > limit.bytes()) {
      byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, BEGINNING));
      String beginning = withoutMark(input.decoder().show(first));
      long length = bytes.length + input.bytes().transferTo(OutputStream.nullOutputStream());
      return rows.tooLong(id, limit, "the file", length, beginning);
    }
    TextDecoder.Decoded decoded = input.decoder().decode(bytes);
    String text = withoutMark(decoded.text());
    return input
        .damage()
        .or(decoded::problem)
        .map(reason -> rows.malformed(id, reason, text))
        .orElseGet(() -> rows.document(id, text));
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
