package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/**
 * Finds what only the operations of an ONNX graph tell of a BERT, not the shapes of its weights.
 */
final class OnnxArchitecture {

  private final OnnxGraph graph;

  OnnxArchitecture(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Heads are seen only where queries are reshaped to [batch, tokens, heads, hidden / heads]. */
  int heads(String queryBias, int hidden) {
    return graph
        .consumer(queryBias, "Add", "Gemm")
        .flatMap(sum -> graph.consumer(OnnxGraph.output(sum), "Reshape"))
        .map(this::afterGemm)
        .map(reshape -> graph.integers(OnnxGraph.input(reshape, 1)))
        .filter(shape -> shape.size() == 4)
        .flatMap(shape -> heads(shape.get(2).orElse(-1L), shape.get(3).orElse(-1L), hidden))
        .orElseThrow(() -> OnnxBert.notBert("the number of attention heads cannot be found"));
  }

  /** In {@code (x - mean) / Sqrt(Add(variance, eps)) * weight}, or an attribute. */
  double layerNormEps(String weight) {
    Optional<NodeProto> whole = graph.consumer(weight, "LayerNormalization");
    if (whole.isPresent()) {
      return decimal(
          OnnxGraph.attribute(whole.get(), "epsilon").map(AttributeProto::getF).orElse(1e-5f));
    }
    return graph
        .consumer(weight, "Mul")
        .flatMap(mul -> graph.producer(OnnxGraph.otherInput(mul, weight)))
        .filter(node -> node.getOpType().equals("Div"))
        .flatMap(div -> graph.producer(OnnxGraph.input(div, 1)))
        .filter(node -> node.getOpType().equals("Sqrt"))
        .flatMap(sqrt -> graph.producer(OnnxGraph.input(sqrt, 0)))
        .filter(node -> node.getOpType().equals("Add"))
        .flatMap(
            add ->
                graph
                    .constant(OnnxGraph.input(add, 0))
                    .or(() -> graph.constant(OnnxGraph.input(add, 1))))
        .map(OnnxTensors::read)
        .filter(eps -> eps.size() == 1)
        .map(eps -> decimal(eps.toArray()[0]))
        .orElseThrow(
            () -> OnnxBert.notBert("the epsilon of the layer normalisation cannot be found"));
  }

  /** The exact GELU shows as one Erf in every layer. */
  void checkActivation(int layers) {
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
      throw OnnxBert.notBert("its activation is not the exact gelu");
    }
  }

  /**
   * Gemm takes matrices only, so that its result may first become [batch, tokens, hidden] again.
   */
  private NodeProto afterGemm(NodeProto reshape) {
    return graph.integers(OnnxGraph.input(reshape, 1)).size() == 3
        ? graph.consumer(OnnxGraph.output(reshape), "Reshape").orElse(reshape)
        : reshape;
  }

  private static Optional<Integer> heads(long heads, long size, int hidden) {
    boolean inBounds = heads <= hidden && size <= hidden;
    if (inBounds && heads > 0 && (size == -1 || heads * size == hidden)) {
      return Optional.of((int) heads);
    }
    return inBounds && heads == -1 && size > 0
        ? Optional.of((int) (hidden / size))
        : Optional.empty();
  }

  /** The number that was meant: 1e-12, not 9.999999960041972e-13. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
