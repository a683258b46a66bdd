package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
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
import java.util.stream.Stream;
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
    // As in a Hugging Face directory, the options overrule tokenizer.json.
    Path options = file.resolveSibling("tokenizer_config.json");
    Files.writeString(options, "{\"do_lower_case\": false, \"added_tokens_decoder\": {}}");
    assertThat(imported.tokenizer()).containsPattern("\"lowercase\" ?: ?true");
    assertThat(ModelImporter.importFrom(file.toString(), Path.of("none")).tokenizer())
        .containsPattern("\"lowercase\" ?: ?false");
    Files.writeString(options, "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");
    assertThatThrownBy(() -> ModelImporter.importFrom(file.toString(), Path.of("none")))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: tokenizer_class ".formatted(options));
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
  public void refusesGraphsThatComputeSomethingElse() {
    String inner = "sum encoder.layer.1.intermediate.dense";
    List<Consumer<GraphProto.Builder>> changes =
        List.of(
            // Every word at the first position.
            reconnect("position_ids", 0, "same", node("Mul", "same", "positions", "from")),
            // A type that is not the first.
            reconnect("types", 1, "ones", node("Sub", "ones", "second", "token_type_ids")),
            change("scale encoder.layer.1.attention.self", tensor -> set(tensor, 1)),
            change("half " + inner, tensor -> set(tensor, 1)),
            // Another activation, in a graph that has as many Erf as layers.
            reconnect("gelu " + inner, 0, "relu", node("Relu", "relu", inner)),
            // A residual connection from before the normalisation.
            reconnect(
                "residual sum encoder.layer.1.output.dense",
                1,
                "residual sum encoder.layer.1.attention.output.dense"),
            // The hidden states of a layer before the last.
            reconnect(OnnxExport.OUTPUT, 0, "norm encoder.layer.0.output.LayerNorm"));
    for (int i = 0; i < changes.size(); i++) {
      byte[] changed = changed(changes.get(i));
      assertThatThrownBy(() -> importFrom(changed))
          .as("seed %s, change %s", seed, i)
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("Cannot import model: its hidden states differ by ")
          .hasMessageEndingWith(
              " from those of a BERT with its weights, "
                  + "so it is another model, such as a RoBERTa");
    }
    assertRefused(
        change("eps encoder.layer.1.output.LayerNorm", tensor -> set(tensor, 1e-5f)),
        "layer normalisations have the epsilons 1.0E-12 and 1.0E-5 "
            + "(tensor encoder.layer.1.output.LayerNorm.weight), "
            + "so it is no ONNX export of BertModel that this version reads");
  }

  @Test
  public void refusesHeads() {
    String lost =
        " has shape [1, 3], where a BertModel has hidden states of shape [1, 16, 12]: "
            + "it has a head, such as a classifier, that would be lost; "
            + "import the Hugging Face directory that it was made from";
    assertRefused(pooled(3), "its output pooled" + lost);
    assertRefused(pooled(3).andThen(graph -> graph.removeOutput(0)), "its output pooled" + lost);
    assertRefused(
        pooled(12).andThen(graph -> graph.removeOutput(0)),
        "none of its outputs [pooled] is the hidden states of all tokens, of shape [1, 16, 12]");
    // A pooler beside the hidden states is left out, as it is in Hugging Face directories.
    assertThat(BundleFiles.of(importFrom(changed(pooled(12)))).digest())
        .isEqualTo(BundleFiles.of(bundle).digest());
  }

  @Test
  public void refusesWhatItCannotCheck() {
    assertRefused(
        reconnect(OnnxExport.OUTPUT, 0, "odd", node("Sin", "odd", "one")),
        "its operator Sin at odd: operator Sin is none that this version can check");
    assertRefused(
        graph -> graph.addInput(OnnxExport.value("past", TensorProto.DataType.INT64_VALUE)),
        "it wants the input past, which a BERT does not have");
    assertRefused(
        change("lowest", tensor -> tensor.setName("gone")), "value lowest comes from nowhere");
    NodeProto[] growth = new NodeProto[40];
    for (int i = 0; i < growth.length; i++) {
      String from = i == 0 ? "positions" : "grown" + (i - 1);
      growth[i] = node("Concat", "grown" + i, from, from);
    }
    assertThatThrownBy(() -> importFrom(changed(reconnect("position_ids", 0, "grown39", growth))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("it takes many times the work of a BERT of its size");
  }

  @Test
  public void importsExportsOfOneLengthAlone() {
    ModelProto.Builder model = OnnxExport.of(bundle).toBuilder();
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(7))
            .build();
    model
        .getGraphBuilder()
        .getInputBuilderList()
        .forEach(input -> input.getTypeBuilder().getTensorTypeBuilder().setShape(shape));
    // A shape that only fits documents of seven tokens.
    change(
            "flat encoder.layer.0.attention.self",
            tensor -> tensor.clearInt64Data().addAllInt64Data(List.of(1L, 7L, 12L)))
        .accept(model.getGraphBuilder());
    assertImports("seven", model.build());
  }

  /** An ONNX classifier, and a RoBERTa with a word piece tokenizer, both of PyTorch's exporter. */
  @Test
  public void refusesClassifiersAndRobertas() throws Exception {
    assertRefusedCase(
        "o05_seqcls",
        "its output last_hidden_state has shape [1, 3], where a BertModel has hidden states of "
            + "shape [1, 64, 32]: it has a head, such as a classifier, that would be lost; "
            + "import the Hugging Face directory that it was made from");
    assertRefusedCase("o08_roberta_wordpiece", "its hidden states differ by ");
  }

  private void assertRefusedCase(String name, String reason) throws Exception {
    Path file = Path.of(OnnxImporterTest.class.getResource(name + "/model.onnx").toURI());
    assertThatThrownBy(() -> ModelImporter.importFrom(file.toString(), Path.of("none")))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot import %s: %s".formatted(file, reason));
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
        Stream.concat(
                graph.getInitializerBuilderList().stream(),
                graph.getNodeBuilderList().stream()
                    .filter(node -> node.getOpType().equals("Constant"))
                    .filter(node -> node.getOutput(0).equals(name))
                    .map(node -> node.getAttributeBuilder(0).getTBuilder().setName(name)))
            .filter(tensor -> tensor.getName().equals(name))
            .forEach(change);
  }

  /** Another input for the node that computes a value, and nodes to stand before that. */
  private static Consumer<GraphProto.Builder> reconnect(
      String output, int input, String to, NodeProto... before) {
    return graph -> {
      List<NodeProto> nodes = List.copyOf(graph.getNodeList());
      graph.clearNode();
      for (NodeProto node : nodes) {
        if (node.getOutput(0).equals(output)) {
          graph.addAllNode(List.of(before));
          graph.addNode(node.toBuilder().setInput(input, to));
        } else {
          graph.addNode(node);
        }
      }
      assertThat(graph.getNodeList()).hasSizeGreaterThan(0).isNotEqualTo(nodes);
    };
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  /** One more output, [CLS] times a matrix. */
  private static Consumer<GraphProto.Builder> pooled(int columns) {
    return graph -> {
      TensorProto.Builder matrix =
          TensorProto.newBuilder()
              .setName("head")
              .setDataType(TensorProto.DataType.FLOAT_VALUE)
              .addDims(12)
              .addDims(columns);
      for (int i = 0; i < 12 * columns; i++) {
        matrix.addFloatData(i);
      }
      TensorProto.Builder first =
          TensorProto.newBuilder()
              .setName("cls")
              .setDataType(TensorProto.DataType.INT64_VALUE)
              .addInt64Data(0);
      graph.addInitializer(matrix).addInitializer(first);
      graph.addNode(
          node("Gather", "cls states", OnnxExport.OUTPUT, "cls").toBuilder()
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("axis")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(1)));
      graph.addNode(node("MatMul", "pooled", "cls states", "head"));
      graph.addOutput(OnnxExport.value("pooled", TensorProto.DataType.FLOAT_VALUE));
    };
  }

  private static void set(TensorProto.Builder tensor, float value) {
    tensor.clearRawData().clearFloatData().addFloatData(value);
  }

  private static Consumer<GraphProto.Builder> remove(String type) {
    return graph -> {
      List<NodeProto> nodes = List.copyOf(graph.getNodeList());
      graph.clearNode();
      nodes.stream().filter(node -> !node.getOpType().equals(type)).forEach(graph::addNode);
    };
  }
}
