package io.github.ptcspark.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Assume;

/** Real texts for tests. */
public final class SampleTexts {

  private SampleTexts() {}

  /** The prose of the project's own samples, training and test documents. */
  public static List<String> topics() {
    Path topics = Path.of(System.getProperty("samples.directory"), "topics");
    List<String> texts = new ArrayList<>(texts(topics.resolve("train.jsonl")));
    texts.addAll(texts(topics.resolve("test.jsonl")));
    return texts;
  }

  /**
   * A file of the labelled corpora; the test is skipped, and says so, where they are absent.
   *
   * @param path such as {@code imdb/test.jsonl}
   */
  public static Path corpus(String path) {
    Path file = Path.of(System.getProperty("corpora.directory"), path);
    if (!Files.exists(file)) {
      System.err.printf("SKIPPED: the corpus %s is not on this machine%n", file);
    }
    Assume.assumeTrue("the corpus " + file + " is absent", Files.exists(file));
    return file;
  }

  /** The field {@code text} of every line of a JSON Lines file. */
  public static List<String> texts(Path file) {
    return field(file, "text");
  }

  /** A text field of every line of a JSON Lines file. */
  public static List<String> field(Path file, String name) {
    ObjectMapper mapper = new ObjectMapper();
    List<String> values = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        values.add(mapper.readTree(line).get(name).asText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    return values;
  }
}
