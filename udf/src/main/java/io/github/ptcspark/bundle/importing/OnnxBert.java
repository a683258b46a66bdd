package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.EncoderShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recognises a {@code BertModel} in an ONNX graph.
 *
 * <p>Embeddings, biases and normalisations carry the names of Hugging Face. The weights of linear
 * layers are anonymous, because the exporter folded their transposition: they are found as the
 * other operand of the product to which a bias is added. Every method throws {@link
 * IllegalArgumentException} saying what is missing.
 */
final class OnnxBert {

  private static final String WORD_EMBEDDINGS = "embeddings.word_embeddings.weight";
  private static final String OURS = "bert.";

  private final OnnxGraph graph;

  /** What precedes the names of {@code BertModel} in this file, such as nothing or "bert.". */
  private final String prefix;

  OnnxBert(OnnxGraph graph) {
    this.graph = graph;
    this.prefix =
        graph.initializers().stream()
            .map(TensorProto::getName)
            .filter(name -> name.endsWith(WORD_EMBEDDINGS))
            .findFirst()
            .map(name -> name.substring(0, name.length() - WORD_EMBEDDINGS.length()))
            .orElseThrow(() -> notBert("tensor %s is missing".formatted(WORD_EMBEDDINGS)));
  }

  /** Sizes from the shapes of the tensors, heads and epsilon from the graph. */
  BertConfig config() {
    FloatTensor words = named(TensorNames.WORD_EMBEDDINGS);
    FloatTensor positions = named(TensorNames.POSITION_EMBEDDINGS);
    FloatTensor types = named(TensorNames.TYPE_EMBEDDINGS);
    int layers = 0;
    while (graph.constant(onnx(queryBias(layers))).isPresent()) {
      layers++;
    }
    if (layers == 0) {
      throw notBert("tensor %s is missing".formatted(onnx(queryBias(0))));
    }
    checkActivation(layers);
    int hidden = words.shape()[1];
    int intermediate = named(TensorNames.bias(TensorNames.layer(0) + ".intermediate.dense")).size();
    EncoderShape shape = new EncoderShape(layers, hidden, heads(hidden), intermediate);
    return new BertConfig(
        shape, words.shape()[0], positions.shape()[0], types.shape()[0], layerNormEps());
  }

  /** All tensors of the encoder under our names, weights of linear layers as [output, input]. */
  Map<String, FloatTensor> tensors(int layers) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (String name :
        List.of(
            TensorNames.WORD_EMBEDDINGS,
            TensorNames.POSITION_EMBEDDINGS,
            TensorNames.TYPE_EMBEDDINGS)) {
      tensors.put(name, named(name));
    }
    addNorm(tensors, TensorNames.EMBEDDINGS_NORM);
    for (int index = 0; index < layers; index++) {
      String layer = TensorNames.layer(index);
      addLinear(tensors, layer + ".attention.self.query");
      addLinear(tensors, layer + ".attention.self.key");
      addLinear(tensors, layer + ".attention.self.value");
      addLinear(tensors, layer + ".attention.output.dense");
      addNorm(tensors, layer + ".attention.output.LayerNorm");
      addLinear(tensors, layer + ".intermediate.dense");
      addLinear(tensors, layer + ".output.dense");
      addNorm(tensors, layer + ".output.LayerNorm");
    }
    return tensors;
  }

  private void addNorm(Map<String, FloatTensor> tensors, String name) {
    tensors.put(TensorNames.weight(name), named(TensorNames.weight(name)));
    tensors.put(TensorNames.bias(name), named(TensorNames.bias(name)));
  }

  private void addLinear(Map<String, FloatTensor> tensors, String name) {
    String bias = TensorNames.bias(name);
    tensors.put(TensorNames.weight(name), linearWeight(onnx(bias)));
    tensors.put(bias, named(bias));
  }

  /**
   * The weight to whose product with the input a bias is added: {@code Add(MatMul(x, W), b)} with
   * the operands of Add in either order, or {@code Gemm(x, W, b)}.
   */
  private FloatTensor linearWeight(String bias) {
    NodeProto sum =
        graph
            .consumer(bias, "Add", "Gemm")
            .orElseThrow(() -> notBert("no Add uses tensor " + bias));
    NodeProto product =
        sum.getOpType().equals("Gemm")
            ? sum
            : graph
                .producer(OnnxGraph.otherInput(sum, bias))
                .filter(node -> node.getOpType().equals("MatMul"))
                .orElseThrow(() -> notBert("tensor %s is added to no MatMul".formatted(bias)));
    boolean transposed =
        OnnxGraph.attribute(product, "transB").map(AttributeProto::getI).orElse(0L) != 0;
    String weight = product.getInput(1);
    Optional<NodeProto> transpose =
        graph.producer(weight).filter(node -> node.getOpType().equals("Transpose"));
    if (transpose.isPresent()) {
      weight = transpose.get().getInput(0);
      transposed = !transposed;
    }
    FloatTensor matrix =
        graph
            .constant(weight)
            .map(OnnxTensors::read)
            .filter(tensor -> tensor.shape().length == 2)
            .orElseThrow(() -> notBert("the weight of tensor %s is no matrix".formatted(bias)));
    return transposed ? matrix : OnnxTensors.transpose(matrix);
  }

  /** Heads are seen only where queries are reshaped to [batch, tokens, heads, hidden / heads]. */
  private int heads(int hidden) {
    String bias = onnx(queryBias(0));
    return graph
        .consumer(bias, "Add", "Gemm")
        .flatMap(sum -> graph.consumer(sum.getOutput(0), "Reshape"))
        .map(reshape -> graph.integers(reshape.getInput(1)))
        .filter(shape -> shape.size() == 4)
        .flatMap(shape -> heads(shape.get(2).orElse(-1L), shape.get(3).orElse(-1L), hidden))
        .orElseThrow(() -> notBert("the number of attention heads cannot be found"));
  }

  private static Optional<Integer> heads(long heads, long size, int hidden) {
    if (heads > 0 && (size == -1 || heads * size == hidden)) {
      return Optional.of((int) heads);
    }
    return heads == -1 && size > 0 ? Optional.of((int) (hidden / size)) : Optional.empty();
  }

  /** In {@code (x - mean) / Sqrt(Add(variance, eps)) * weight}, or an attribute. */
  private double layerNormEps() {
    String weight = onnx(TensorNames.weight(TensorNames.EMBEDDINGS_NORM));
    Optional<NodeProto> whole = graph.consumer(weight, "LayerNormalization");
    if (whole.isPresent()) {
      return decimal(
          OnnxGraph.attribute(whole.get(), "epsilon").map(AttributeProto::getF).orElse(1e-5f));
    }
    return graph
        .consumer(weight, "Mul")
        .flatMap(mul -> graph.producer(OnnxGraph.otherInput(mul, weight)))
        .filter(node -> node.getOpType().equals("Div"))
        .flatMap(div -> graph.producer(div.getInput(1)))
        .filter(node -> node.getOpType().equals("Sqrt"))
        .flatMap(sqrt -> graph.producer(sqrt.getInput(0)))
        .filter(node -> node.getOpType().equals("Add"))
        .flatMap(add -> graph.constant(add.getInput(0)).or(() -> graph.constant(add.getInput(1))))
        .map(OnnxTensors::read)
        .map(eps -> decimal(eps.toArray()[0]))
        .orElseThrow(() -> notBert("the epsilon of the layer normalisation cannot be found"));
  }

  /** The number that was meant: 1e-12, not 9.999999960041972e-13. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  /** The exact GELU shows as one Erf in every layer. */
  private void checkActivation(int layers) {
    long exact =
        graph.nodes().stream()
            .filter(
                node ->
                    node.getOpType().equals("Erf")
                        || (node.getOpType().equals("Gelu")
                            && OnnxGraph.attribute(node, "approximate")
                                .map(attribute -> attribute.getS().toStringUtf8())
                                .orElse("none")
                                .equals("none")))
            .count();
    if (exact < layers) {
      throw notBert("its activation is not the exact gelu");
    }
  }

  private FloatTensor named(String name) {
    return graph
        .constant(onnx(name))
        .map(OnnxTensors::read)
        .orElseThrow(() -> notBert("tensor %s is missing".formatted(onnx(name))));
  }

  private String onnx(String name) {
    return prefix + name.substring(OURS.length());
  }

  private static String queryBias(int layer) {
    return TensorNames.bias(TensorNames.layer(layer) + ".attention.self.query");
  }

  private static IllegalArgumentException notBert(String reason) {
    return new IllegalArgumentException(
        "%s, so it is no ONNX export of BertModel that this version reads".formatted(reason));
  }
}
