package io.github.ptcspark.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** ONNX Runtime as its users in Java run it, with word pieces of the tokenizer that DJL brings. */
final class OnnxGroups implements GroupEncoder {

  private static final int LONGEST = 512;

  private final HuggingFaceTokenizer tokenizer;
  private final OnnxEncoder encoder;
  private final int batch;

  /**
   * Loads a model.
   *
   * @throws JobException if it or the tokenizer cannot be read
   */
  OnnxGroups(Path model, Path tokenizer, int batch) {
    this.encoder = OnnxEncoder.loadFile(model);
    this.batch = batch;
    try {
      this.tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(tokenizer)
              .optTruncation(true)
              .optMaxLength(LONGEST)
              .optPadding(false)
              .build();
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(tokenizer, e.getMessage()), e);
    }
  }

  @Override
  public List<float[]> encode(List<String> texts) {
    List<long[]> documents = texts.stream().map(text -> tokenizer.encode(text).getIds()).toList();
    return LengthBatches.apply(
        documents,
        batch,
        document -> document.length,
        padded -> Arrays.asList(encoder.pooled(padded)));
  }

  @Override
  public void close() {
    tokenizer.close();
    encoder.close();
  }
}
