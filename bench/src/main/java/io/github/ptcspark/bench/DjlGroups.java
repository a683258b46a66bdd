package io.github.ptcspark.bench;

import ai.djl.ModelException;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * DJL as its extension for Spark runs it: a predictor a task, which is given batches of texts, with
 * DJL's own translator for vectors of texts.
 */
final class DjlGroups implements GroupEncoder {

  private final ZooModel<String, float[]> model;
  private final Predictor<String, float[]> predictor;
  private final int batch;

  /**
   * Loads a model.
   *
   * @param directory with model.pt and tokenizer.json
   * @throws JobException if it cannot be loaded
   */
  DjlGroups(Path directory, int batch) {
    this.batch = batch;
    try {
      this.model =
          Criteria.builder()
              .setTypes(String.class, float[].class)
              .optModelPath(directory)
              .optModelName("model")
              .optEngine("PyTorch")
              .optTranslatorFactory(new TextEmbeddingTranslatorFactory())
              .optArgument("pooling", "mean")
              .optArgument("normalize", "false")
              .optArgument("includeTokenTypes", "true")
              .optArgument("padding", "true")
              .optArgument("truncation", "true")
              .optArgument("maxLength", "512")
              .build()
              .loadModel();
    } catch (IOException | ModelException e) {
      throw new JobException("Cannot load %s: %s".formatted(directory, e.getMessage()), e);
    }
    this.predictor = model.newPredictor();
  }

  @Override
  public List<float[]> encode(List<String> texts) {
    return LengthBatches.apply(texts, batch, String::length, this::predict);
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }

  private List<float[]> predict(List<String> texts) {
    try {
      return predictor.batchPredict(texts);
    } catch (TranslateException e) {
      throw new IllegalStateException("Cannot run DJL: " + e.getMessage(), e);
    }
  }
}
