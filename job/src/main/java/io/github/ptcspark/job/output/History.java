package io.github.ptcspark.job.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.ptcspark.job.corpus.InputFile;
import io.github.ptcspark.job.corpus.PartsRead;
import io.github.ptcspark.job.corpus.SlicePart;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file of the parts of the input that were read, in the order of {@link SlicePart#ORDER}, one
 * JSON array {@code [path, length, modified, start, end]} a line, compressed. Ten million files are
 * read in seconds and never held in memory.
 *
 * @param files where it lies
 * @param file the file
 */
record History(FileSystem files, Path file) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int BUFFER = 1 << 16;

  /** The parts, from the first on. */
  Stream<SlicePart> read() throws IOException {
    JsonParser parser =
        JSON.createParser(
            new GZIPInputStream(new BufferedInputStream(files.open(file), BUFFER), BUFFER));
    return stream(new Parts(parser)).onClose(() -> close(parser));
  }

  /** Writes the file; parts of a file between which nothing lies become one. */
  void write(PartsRead parts) throws IOException {
    try (Stream<SlicePart> stream = parts.open();
        JsonGenerator out =
            JSON.createGenerator(
                new GZIPOutputStream(
                    new BufferedOutputStream(files.create(file, true), BUFFER), BUFFER))) {
      out.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
      SlicePart open = null;
      for (Iterator<SlicePart> all = stream.iterator(); all.hasNext(); ) {
        SlicePart next = all.next();
        Optional<SlicePart> both = open == null ? Optional.empty() : open.with(next);
        if (open != null && both.isEmpty()) {
          write(out, open);
        }
        open = both.orElse(next);
      }
      if (open != null) {
        write(out, open);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Two sorted streams as one. */
  static Stream<SlicePart> merged(Stream<SlicePart> some, Stream<SlicePart> others) {
    Iterator<SlicePart> merging = new Merging(some.iterator(), others.iterator());
    return stream(merging).onClose(some::close).onClose(others::close);
  }

  private static void write(JsonGenerator out, SlicePart part) throws IOException {
    out.writeStartArray();
    out.writeString(part.file().path());
    out.writeNumber(part.file().length());
    out.writeNumber(part.file().modified());
    out.writeNumber(part.start());
    out.writeNumber(part.end());
    out.writeEndArray();
  }

  private static Stream<SlicePart> stream(Iterator<SlicePart> parts) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(parts, Spliterator.ORDERED), false);
  }

  private static void close(JsonParser parser) {
    try {
      parser.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Parts implements Iterator<SlicePart> {

    private final JsonParser parser;
    private SlicePart next;

    Parts(JsonParser parser) {
      this.parser = parser;
      this.next = parse();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public SlicePart next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      SlicePart part = next;
      next = parse();
      return part;
    }

    private SlicePart parse() {
      try {
        if (parser.nextToken() == null) {
          return null;
        }
        String path = parser.nextTextValue();
        List<Long> numbers = new ArrayList<>(4);
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
          numbers.add(parser.getLongValue());
        }
        return new SlicePart(
            new InputFile(path, numbers.get(0), numbers.get(1)), numbers.get(2), numbers.get(3));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Merging implements Iterator<SlicePart> {

    private final Iterator<SlicePart> some;
    private final Iterator<SlicePart> others;
    private SlicePart one;
    private SlicePart other;

    Merging(Iterator<SlicePart> some, Iterator<SlicePart> others) {
      this.some = some;
      this.others = others;
      this.one = nextOf(some);
      this.other = nextOf(others);
    }

    @Override
    public boolean hasNext() {
      return one != null || other != null;
    }

    @Override
    public SlicePart next() {
      SlicePart next;
      if (other == null || (one != null && SlicePart.ORDER.compare(one, other) <= 0)) {
        next = one;
        one = nextOf(some);
      } else {
        next = other;
        other = nextOf(others);
      }
      if (next == null) {
        throw new NoSuchElementException();
      }
      return next;
    }

    private static SlicePart nextOf(Iterator<SlicePart> parts) {
      return parts.hasNext() ? parts.next() : null;
    }
  }
}
