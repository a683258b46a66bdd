package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The first lines of some files of a corpus, read by the driver. */
final class Sample {

  private static final int FILES = 20;
  private static final int LINES = 1000;
  private static final int CHARACTERS = 1 << 24;

  private Sample() {}

  /**
   * At most 1000 lines, the first of up to 20 files that are spread evenly over the corpus; of
   * those that are too long the beginning.
   *
   * @throws JobException if one of the files cannot be read
   */
  static List<Line> lines(
      List<InputFile> files,
      LineSource.Opener source,
      Configuration configuration,
      DocumentLimit limit) {
    List<InputFile> filled = files.stream().filter(file -> file.length() > 0).toList();
    List<InputFile> sampled = InputFile.sample(filled, FILES);
    List<Line> lines = new ArrayList<>();
    for (InputFile file : sampled) {
      lines.addAll(
          first(
              file,
              LINES / sampled.size(),
              CHARACTERS / sampled.size(),
              source,
              configuration,
              limit));
    }
    return lines;
  }

  /** The records of so many bytes, by the mean length of the sampled lines of files as they are. */
  static Optional<DocumentCount> records(
      List<InputFile> files, LineSource.Opener source, Configuration configuration, long bytes) {
    if (!files.stream().allMatch(RangedFiles.plain(configuration))) {
      return Optional.empty(); // How much smaller compression made them is not known.
    }
    List<Line> lines = lines(files, source, configuration, new DocumentLimit(CHARACTERS));
    long sampled = lines.stream().mapToLong(line -> line.bytes() + 1).sum();
    return sampled == 0
        ? Optional.of(new DocumentCount(0, true))
        : Optional.of(
            new DocumentCount(Math.round((double) bytes * lines.size() / sampled), false));
  }

  private static List<Line> first(
      InputFile file,
      int mostLines,
      int mostCharacters,
      LineSource.Opener source,
      Configuration configuration,
      DocumentLimit limit) {
    List<Line> lines = new ArrayList<>();
    FileRange range = FileRange.whole(file.hadoopPath());
    try (LineSource reader = source.open(range, configuration, limit)) {
      int characters = 0;
      Optional<Line> line = reader.next();
      while (line.isPresent() && lines.size() < mostLines && characters < mostCharacters) {
        lines.add(line.get());
        characters += line.get().text().length();
        line = reader.next();
      }
      return lines;
    } catch (IOException | RuntimeException e) {
      throw new JobException("Cannot read " + range.name() + ": " + JobException.reason(e), e);
    }
  }
}
