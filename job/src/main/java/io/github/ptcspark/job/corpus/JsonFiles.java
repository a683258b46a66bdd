package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds the records of JSON files: one in each line, or else the elements of arrays or objects over
 * several lines, which are read from the start of the file to its end, wherever it is cut.
 */
final class JsonFiles implements LineSource.Opener {

  private static final long serialVersionUID = 1L;

  private final TextEncoding encoding;

  JsonFiles(TextEncoding encoding) {
    this.encoding = encoding;
  }

  @Override
  @SuppressWarnings("MustBeClosed")
  public LineSource open(FileRange range, Configuration configuration, DocumentLimit limit)
      throws IOException {
    EncodedInput input = EncodedInput.open(range, encoding, configuration);
    try {
      if (!JsonRecordReader.isIn(input.head())) {
        return new LineReader(range, input, limit);
      }
      if (range.start() == 0) {
        return new JsonRecordReader(new TextReader(input), limit);
      }
      return new NoRecords(input);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** A later range of a file that the reader of its first range reads to the end. */
  private record NoRecords(EncodedInput input) implements LineSource {

    @Override
    public Optional<Line> next() {
      return Optional.empty();
    }

    @Override
    public long offset() {
      return 0;
    }

    @Override
    public String what() {
      return "the record";
    }

    @Override
    public Optional<String> damage() {
      return Optional.empty();
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
