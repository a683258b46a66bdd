package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.testing.SampleTexts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.AfterClass;
import org.junit.Assume;
import org.junit.BeforeClass;
import org.junit.Test;

/** The mean of the output tokens of bge-small in fewer bits points where it does in fp32. */
public class PrecisionFidelityTest {

  private static final int MAX_TOKENS = 512;

  /** Of texts, in fp32: two precisions are compared on the same ones. */
  private static final Map<String, double[]> EXACT = new HashMap<>();

  private static Bundle bundle;
  private static LoadedProgram exact;
  private static DocumentTokenizer tokenizer;

  @BeforeClass
  public static void load() {
    bundle = ModelImporter.importFrom("bge-small", Path.of(System.getProperty("models.directory")));
    exact = LoadedProgram.load(bundle, settings(Precision.FP32));
    tokenizer = new DocumentTokenizer(bundle.tokenizer());
  }

  @AfterClass
  public static void close() {
    EXACT.clear();
    tokenizer.close();
    exact.close();
  }

  @Test
  public void int8OfSamples() {
    check(Precision.INT8, "samples", SampleTexts.topics().subList(0, 60), 0.996, 0.99);
  }

  @Test
  public void int8OfReviews() {
    List<String> reviews = SampleTexts.texts(SampleTexts.corpus("imdb/test.jsonl"));
    check(Precision.INT8, "imdb", reviews.subList(0, 150), 0.996, 0.99);
  }

  @Test
  public void bf16OfSamples() {
    Optional<String> lack = Precisions.lack(Precision.BF16, Processor.current());
    lack.ifPresent(what -> System.err.println("SKIPPED: this processor lacks " + what));
    Assume.assumeTrue("there is no bf16", lack.isEmpty());
    check(Precision.BF16, "samples", SampleTexts.topics().subList(0, 30), 0.9999, 0.9998);
  }

  private static void check(
      Precision precision, String name, List<String> texts, double leastMedian, double least) {
    try (LoadedProgram quantized = LoadedProgram.load(bundle, settings(precision))) {
      double[] cosines =
          texts.stream()
              .mapToDouble(
                  text ->
                      cosine(
                          mean(quantized, text),
                          EXACT.computeIfAbsent(text, each -> mean(exact, each))))
              .sorted()
              .toArray();
      double median = cosines[cosines.length / 2];
      System.out.printf(
          "%s against fp32, %s documents (%s): cosine median %.5f, minimum %.5f%n",
          precision, cosines.length, name, median, cosines[0]);
      assertThat(median).isGreaterThan(leastMedian);
      assertThat(cosines[0]).isGreaterThan(least);
    }
  }

  private static ModelSettings settings(Precision precision) {
    return new ModelSettings(PruningPolicy.NONE, precision, LongDocuments.TRUNCATE);
  }

  private static double[] mean(LoadedProgram program, String text) {
    DocumentReader reader =
        new DocumentReader(LongDocuments.TRUNCATE, MAX_TOKENS, tokenizer.start(), tokenizer.end());
    float[] rows = program.outputs(reader.windows(tokenizer.wordPieces(text)));
    int hidden = 384;
    double[] mean = new double[hidden];
    for (int i = 0; i < rows.length; i++) {
      mean[i % hidden] += (double) rows[i] * hidden / rows.length;
    }
    return mean;
  }

  private static double cosine(double[] a, double[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
