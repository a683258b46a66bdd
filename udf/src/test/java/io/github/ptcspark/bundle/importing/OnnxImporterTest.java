package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.importing.OnnxExport.Form;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class OnnxImporterTest {

  private static final EncoderShape SHAPE = new EncoderShape(2, 12, 3, 20);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Rule public final Seed seed = new Seed();
  private final Bundle bundle =
      RandomBundles.bundle(seed.value(), SHAPE, 16, List.of(), Pooling.MEAN, RandomBundles.PLAIN);
  private final byte[] tokenizer = bundle.tokenizer().getBytes(StandardCharsets.UTF_8);

  @Test
  public void findsWeightsInEveryForm() {
    for (Form form : Form.values()) {
      assertImports(form.toString(), OnnxExport.of(bundle, form));
    }
    assertImports("plain", OnnxExport.of(bundle));
    assertImports("all", OnnxExport.of(bundle, Form.values()));
  }

  private void assertImports(String form, ModelProto model) {
    Bundle imported = importFrom(model.toByteArray());
    assertThat(imported.config())
        .as("%s", form)
        .isEqualTo(new BertConfig(SHAPE, bundle.config().vocabularySize(), 16, 2, 1e-12));
    assertThat(imported.labels()).isEmpty();
    assertThat(imported.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(imported.settings()).isEqualTo(RandomBundles.PLAIN);
    assertThat(imported.provenance().details()).containsEntry("onnx_producer", "test 1");
    assertThat(BundleFiles.of(imported).digest())
        .as("%s", form)
        .isEqualTo(BundleFiles.of(bundle).digest());
  }

  @Test
  public void readsAFileWithItsTokenizerBesideIt() throws Exception {
    Path file = folder.getRoot().toPath().resolve("model.onnx");
    Files.write(file, OnnxExport.of(bundle).toByteArray());
    assertThatThrownBy(() -> ModelImporter.importFrom(file.toString(), Path.of("none")))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot import %s: there is no tokenizer.json beside it".formatted(file));
    Files.write(file.resolveSibling("tokenizer.json"), tokenizer);
    Bundle imported = ModelImporter.importFrom(file.toString(), Path.of("none"));
    assertThat(imported.provenance().source()).isEqualTo(file.toString());
    assertThat(imported.provenance().sourceDigest()).matches("[0-9a-f]{64}");
  }

  @Test
  public void refusesOtherFiles() {
    assertRefused("hello".getBytes(StandardCharsets.UTF_8), "it is no ONNX model, or truncated");
    assertRefused(new byte[0], "it is no ONNX model, or truncated");
    byte[] whole = OnnxExport.of(bundle).toByteArray();
    assertRefused(Arrays.copyOf(whole, whole.length / 2), "it is no ONNX model, or truncated");
  }

  @Test
  public void refusesQuantisedAndHalfPrecisionExports() {
    assertRefused(
        graph -> graph.addNode(NodeProto.newBuilder().setOpType("DynamicQuantizeLinear")),
        "it is quantised (operator DynamicQuantizeLinear); import the fp32 export");
    assertRefused(
        change(
            "embeddings.word_embeddings.weight",
            tensor -> tensor.setDataType(TensorProto.DataType.FLOAT16_VALUE)),
        "tensor embeddings.word_embeddings.weight has type FLOAT16 "
            + "(supported: FLOAT, so import the fp32 export)");
    assertRefused(
        change(
            "embeddings.word_embeddings.weight",
            tensor -> tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL)),
        "tensor embeddings.word_embeddings.weight lies in another file "
            + "(supported: weights inside the .onnx file)");
  }

  @Test
  public void refusesOtherModels() {
    String other = ", so it is no ONNX export of BertModel that this version reads";
    assertRefused(
        change("embeddings.word_embeddings.weight", tensor -> tensor.setName("words")),
        "tensor embeddings.word_embeddings.weight is missing" + other);
    assertRefused(
        change("encoder.layer.0.attention.self.query.bias", tensor -> tensor.setName("bias")),
        "tensor encoder.layer.0.attention.self.query.bias is missing" + other);
    assertRefused(
        change("encoder.layer.1.output.dense.bias", tensor -> tensor.setName("bias")),
        "tensor encoder.layer.1.output.dense.bias is missing" + other);
    assertRefused(remove("Erf"), "its activation is not the exact gelu" + other);
    assertRefused(remove("Reshape"), "the number of attention heads cannot be found" + other);
    assertRefused(remove("Sqrt"), "the epsilon of the layer normalisation cannot be found" + other);
    assertRefused(
        remove("MatMul"),
        "tensor encoder.layer.0.attention.self.query.bias is added to no MatMul" + other);
    assertRefused(
        change("embeddings.LayerNorm.bias", tensor -> tensor.setDims(0, 13)),
        "tensor embeddings.LayerNorm.bias of shape [13] has 48 bytes");
  }

  @Test
  public void refusesWeightsThatDoNotFitTogether() {
    assertThatThrownBy(
            () ->
                importFrom(
                    changed(
                        change(
                            "embeddings.position_embeddings.weight",
                            tensor -> tensor.setDims(0, 12).setDims(1, 16)))))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot read model: tensor bert.embeddings.position_embeddings.weight "
                + "has shape [12, 16] instead of [12, 12]");
  }

  @Test
  public void anyDamageEndsInOneKindOfException() {
    Random random = seed.random();
    byte[] whole = OnnxExport.of(bundle).toByteArray();
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 20; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        importFrom(damaged);
      } catch (BundleException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      } catch (RuntimeException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Bundle importFrom(byte[] model) {
    return OnnxImporter.importFrom("model", "a.onnx", model, "tokenizer.json", tokenizer);
  }

  private void assertRefused(byte[] model, String reason) {
    assertThatThrownBy(() -> importFrom(model))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot import model: " + reason);
  }

  private void assertRefused(Consumer<GraphProto.Builder> change, String reason) {
    assertRefused(changed(change), reason);
  }

  private byte[] changed(Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = OnnxExport.of(bundle).toBuilder();
    change.accept(model.getGraphBuilder());
    return model.build().toByteArray();
  }

  private static Consumer<GraphProto.Builder> change(
      String name, Consumer<TensorProto.Builder> change) {
    return graph ->
        graph.getInitializerBuilderList().stream()
            .filter(tensor -> tensor.getName().equals(name))
            .forEach(change);
  }

  private static Consumer<GraphProto.Builder> remove(String type) {
    return graph -> {
      List<NodeProto> nodes = List.copyOf(graph.getNodeList());
      graph.clearNode();
      nodes.stream().filter(node -> !node.getOpType().equals(type)).forEach(graph::addNode);
    };
  }
}
