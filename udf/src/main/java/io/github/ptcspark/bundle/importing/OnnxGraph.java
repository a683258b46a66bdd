package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the nodes and constants of an ONNX graph by the names of the values that connect them. */
final class OnnxGraph {

  private final GraphProto graph;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> consumers = new HashMap<>();

  OnnxGraph(GraphProto graph) {
    this.graph = graph;
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      node.getInputList()
          .forEach(input -> consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
      if (node.getOpType().equals("Constant")) {
        attribute(node, "value").ifPresent(value -> constants.put(node.getOutput(0), value.getT()));
      }
    }
    // Exporters store equal tensors once and give them further names by Identity nodes.
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Identity") && constants.containsKey(node.getInput(0))) {
        constants.put(node.getOutput(0), constants.get(node.getInput(0)));
      }
    }
  }

  List<NodeProto> nodes() {
    return graph.getNodeList();
  }

  List<TensorProto> initializers() {
    return graph.getInitializerList();
  }

  /** The constant of this name. */
  Optional<TensorProto> constant(String name) {
    return Optional.ofNullable(constants.get(name));
  }

  /** The node that computes a value. */
  Optional<NodeProto> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The first node of one of these types that uses a value. */
  Optional<NodeProto> consumer(String value, String... types) {
    return consumers.getOrDefault(value, List.of()).stream()
        .filter(node -> List.of(types).contains(node.getOpType()))
        .findFirst();
  }

  /** The input of a node with two inputs that is not this value. */
  static String otherInput(NodeProto node, String value) {
    return node.getInput(node.getInput(0).equals(value) ? 1 : 0);
  }

  static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  /**
   * The integers of a constant or of a concatenation of constants, as in the shape for a Reshape;
   * an integer that the graph computes is empty.
   */
  List<Optional<Long>> integers(String value) {
    Optional<TensorProto> constant = constant(value);
    if (constant.isPresent()) {
      return integers(constant.get());
    }
    List<Optional<Long>> integers = new ArrayList<>();
    Optional<NodeProto> concatenation =
        producer(value).filter(node -> node.getOpType().equals("Concat"));
    if (concatenation.isPresent()) {
      concatenation.get().getInputList().forEach(part -> integers.addAll(integers(part)));
    } else {
      integers.add(Optional.empty());
    }
    return integers;
  }

  private static List<Optional<Long>> integers(TensorProto tensor) {
    List<Optional<Long>> integers = new ArrayList<>();
    tensor.getInt64DataList().forEach(integer -> integers.add(Optional.of(integer)));
    LongBuffer raw =
        ByteBuffer.wrap(tensor.getRawData().toByteArray())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asLongBuffer();
    while (raw.hasRemaining()) {
      integers.add(Optional.of(raw.get()));
    }
    return integers;
  }
}
