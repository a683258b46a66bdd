package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is left to do of a corpus of which some has been read.
 *
 * @param parts what is to be read, by path; nothing of files that have changed
 * @param changes what has happened to files that were read
 * @param elsewhere how many files were read that are not files of this corpus
 */
public record WorkLeft(List<SlicePart> parts, CorpusChanges changes, long elsewhere) {

  /** Whether all that was read is of files of this corpus, as they are now. */
  public boolean holdsAllThatWasRead() {
    return changes.changed().isEmpty() && elsewhere == 0;
  }

  /**
   * Compares files with what was read, both in the order of their paths, in one pass.
   *
   * @param files files of the corpus as they are now, by path
   * @param isInside whether the inputs of the corpus would lead to a path if it were there
   */
  static WorkLeft of(List<InputFile> files, Predicate<String> isInside, PartsRead read)
      throws IOException {
    try (Stream<SlicePart> parts = read.open()) {
      return new Comparison(files, isInside).with(parts.iterator());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static final class Comparison {

    private final List<InputFile> files;
    private final Predicate<String> isInside;
    private final List<SlicePart> left = new ArrayList<>();
    private final Names changed = new Names();
    private final Names vanished = new Names();
    private int next;
    private long elsewhere;

    Comparison(List<InputFile> files, Predicate<String> isInside) {
      this.files = files;
      this.isInside = isInside;
    }

    WorkLeft with(Iterator<SlicePart> read) {
      SlicePart part = read.hasNext() ? read.next() : null;
      while (part != null) {
        String path = part.file().path();
        List<SlicePart> ofFile = new ArrayList<>();
        while (part != null && part.file().path().equals(path)) {
          ofFile.add(part);
          part = read.hasNext() ? read.next() : null;
        }
        compare(path, ofFile);
      }
      while (next < files.size()) {
        left.add(SlicePart.whole(files.get(next++)));
      }
      return new WorkLeft(left, new CorpusChanges(changed.names(), vanished.names()), elsewhere);
    }

    private void compare(String path, List<SlicePart> read) {
      while (next < files.size() && files.get(next).path().compareTo(path) < 0) {
        left.add(SlicePart.whole(files.get(next++)));
      }
      if (next < files.size() && files.get(next).path().equals(path)) {
        InputFile file = files.get(next++);
        if (read.stream().allMatch(part -> part.file().equals(file))) {
          addGaps(file, read);
        } else {
          changed.add(path);
        }
        return;
      }
      elsewhere++;
      if (isInside.test(path)) {
        vanished.add(path);
      }
    }

    private void addGaps(InputFile file, List<SlicePart> read) {
      long at = 0;
      for (SlicePart part : read) {
        if (part.start() > at) {
          left.add(new SlicePart(file, at, part.start()));
        }
        at = Math.max(at, part.end());
      }
      if (at < file.length()) {
        left.add(new SlicePart(file, at, file.length()));
      }
    }
  }

  private static final class Names {

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String path) {
      count++;
      if (first.size() < FileNames.SHOWN) {
        first.add(FileRange.localName(path));
      }
    }

    FileNames names() {
      return new FileNames(count, first);
    }
  }
}
