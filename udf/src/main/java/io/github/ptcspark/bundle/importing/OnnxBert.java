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
    FloatTensor words = matrix(TensorNames.WORD_EMBEDDINGS);
    FloatTensor positions = matrix(TensorNames.POSITION_EMBEDDINGS);
    FloatTensor types = matrix(TensorNames.TYPE_EMBEDDINGS);
    int layers = 0;
    while (graph.constant(onnx(queryBias(layers))).isPresent()) {
      layers++;
    }
    if (layers == 0) {
      throw notBert("tensor %s is missing".formatted(onnx(queryBias(0))));
    }
    OnnxArchitecture architecture = new OnnxArchitecture(graph);
    architecture.checkActivation(layers);
    int hidden = words.shape()[1];
    int intermediate = named(TensorNames.bias(TensorNames.layer(0) + ".intermediate.dense")).size();
    int heads = architecture.heads(onnx(queryBias(0)), hidden);
    double eps = layerNormEps(architecture, layers);
    EncoderShape shape = new EncoderShape(layers, hidden, heads, intermediate);
    return new BertConfig(shape, words.shape()[0], positions.shape()[0], types.shape()[0], eps);
  }

  /** Epsilons are too small for a comparison of results to tell them apart. */
  private double layerNormEps(OnnxArchitecture architecture, int layers) {
    double eps = architecture.layerNormEps(onnx(TensorNames.weight(TensorNames.EMBEDDINGS_NORM)));
    for (int index = 0; index < layers; index++) {
      for (String norm : List.of(".attention.output.LayerNorm", ".output.LayerNorm")) {
        String weight = onnx(TensorNames.weight(TensorNames.layer(index) + norm));
        double other = architecture.layerNormEps(weight);
        if (other != eps) {
          throw notBert(
              "layer normalisations have the epsilons %s and %s (tensor %s)"
                  .formatted(eps, other, weight));
        }
      }
    }
    return eps;
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
    String weight = OnnxGraph.input(product, 1);
    Optional<NodeProto> transpose =
        graph.producer(weight).filter(node -> node.getOpType().equals("Transpose"));
    if (transpose.isPresent()) {
      weight = OnnxGraph.input(transpose.get(), 0);
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

  private FloatTensor matrix(String name) {
    FloatTensor tensor = named(name);
    if (tensor.shape().length != 2) {
      throw notBert("tensor %s is no matrix".formatted(onnx(name)));
    }
    return tensor;
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

  static IllegalArgumentException notBert(String reason) {
    return new IllegalArgumentException(
        "%s, so it is no ONNX export of BertModel that this version reads".formatted(reason));
  }
}
