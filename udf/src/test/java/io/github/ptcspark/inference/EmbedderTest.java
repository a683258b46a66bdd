package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

public class EmbedderTest {

  private static final EncoderShape SHAPE = new EncoderShape(3, 16, 2, 32);
  private static final int POSITIONS = 24;
  private static final List<String> TEXTS =
      List.of(
          "the cat is in the garden",
          "music",
          "a doctor and a player on the river, and the market of the house is a good game to the"
              + " dog, the film and the engine");

  @Rule public final Seed seed = new Seed();

  @Test
  public void anEmbeddingIsTheMeanOutput() {
    Bundle encoder = bundle(List.of(), Pooling.MEAN);
    ModelSettings settings = RandomBundles.PLAIN;
    try (Embedder embedder = new Embedder(encoder, settings, List.of());
        LoadedProgram program = LoadedProgram.load(encoder, settings);
        DocumentTokenizer tokenizer = new DocumentTokenizer(encoder.tokenizer())) {
      DocumentReader reader =
          new DocumentReader(LongDocuments.TRUNCATE, POSITIONS, tokenizer.start(), tokenizer.end());
      List<double[]> embeddings = embedder.embed(TEXTS, settings.policy());
      for (int text = 0; text < TEXTS.size(); text++) {
        long[] window = reader.windows(tokenizer.wordPieces(TEXTS.get(text))).get(0);
        float[] outputs = program.outputs(List.of(window));
        for (int i = 0; i < SHAPE.hidden(); i++) {
          double sum = 0;
          for (int row = 0; row < window.length; row++) {
            sum += outputs[SHAPE.hidden() * row + i];
          }
          assertThat(embeddings.get(text)[i]).isCloseTo(sum / window.length, within(1e-5));
        }
      }
    }
  }

  /** With pruning, of windows too, and with BERT's pooler. */
  @Test
  public void aClassifierMultipliesTheEmbedding() {
    for (Pooling pooling : Pooling.values()) {
      Bundle classifier = bundle(List.of("x", "y", "z"), pooling);
      PruningPolicy policy =
          PolicyText.parse("quantile(min-length=4, minimum-tokens=2, layer=2)")
              .toRun(PruningPolicy.NONE, SHAPE);
      ModelSettings settings = new ModelSettings(policy, Precision.FP32, LongDocuments.WINDOWS);
      float[] weight =
          classifier.weights().tensors().get(TensorNames.weight(TensorNames.CLASSIFIER)).toArray();
      float[] bias =
          classifier.weights().tensors().get(TensorNames.bias(TensorNames.CLASSIFIER)).toArray();
      try (Embedder embedder =
              new Embedder(classifier, RandomBundles.PLAIN.with(Precision.FP32), List.of(policy));
          Embedder ofWindows = new Embedder(classifier, settings, List.of());
          Classifier expected = new Classifier(classifier, settings)) {
        List<double[]> embeddings = ofWindows.embed(TEXTS, policy);
        assertThat(embedder.embed(TEXTS.subList(0, 2), policy).get(0))
            .containsExactly(embeddings.get(0));
        for (int text = 0; text < TEXTS.size(); text++) {
          double[] exponentials = new double[3];
          double sum = 0;
          for (int label = 0; label < 3; label++) {
            double logit = bias[label];
            for (int i = 0; i < SHAPE.hidden(); i++) {
              logit += weight[label * SHAPE.hidden() + i] * embeddings.get(text)[i];
            }
            exponentials[label] = Math.exp(logit);
            sum += exponentials[label];
          }
          List<Float> scores = expected.classify(TEXTS.get(text)).scores();
          for (int label = 0; label < 3; label++) {
            assertThat((double) scores.get(label))
                .isCloseTo(exponentials[label] / sum, within(1e-5));
          }
        }
      }
    }
  }

  private Bundle bundle(List<String> labels, Pooling pooling) {
    return RandomBundles.bundle(
        seed.value(), SHAPE, POSITIONS, labels, pooling, RandomBundles.PLAIN);
  }
}
