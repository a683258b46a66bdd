package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
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
        constant(node).ifPresent(value -> constants.put(output(node), value));
      }
    }
    // Exporters store equal tensors once and give them further names by Identity nodes.
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Identity") && constants.containsKey(input(node, 0))) {
        constants.put(output(node), constants.get(input(node, 0)));
      }
    }
  }

  List<NodeProto> nodes() {
    return graph.getNodeList();
  }

  List<TensorProto> initializers() {
    return graph.getInitializerList();
  }

  /** What the graph is given; older files list their weights among it. */
  List<ValueInfoProto> inputs() {
    return graph.getInputList().stream()
        .filter(input -> !constants.containsKey(input.getName()))
        .toList();
  }

  /** The names of what it gives. */
  List<String> outputs() {
    return graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  /** Elements of all weights. */
  long elements() {
    return graph.getInitializerList().stream()
        .mapToLong(tensor -> tensor.getSerializedSize() / 4)
        .sum();
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

  /** An input of a node; empty, and thus the name of nothing, where the node has fewer. */
  static String input(NodeProto node, int index) {
    return index < node.getInputCount() ? node.getInput(index) : "";
  }

  /** The input of a node with two inputs that is not this value. */
  static String otherInput(NodeProto node, String value) {
    return input(node, input(node, 0).equals(value) ? 1 : 0);
  }

  /** The output of a node with one output. */
  static String output(NodeProto node) {
    return node.getOutputCount() > 0 ? node.getOutput(0) : "";
  }

  static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  /** The value of a Constant, which has several forms. */
  private static Optional<TensorProto> constant(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      TensorProto.Builder tensor = TensorProto.newBuilder().setName(output(node));
      TensorProto value =
          switch (attribute.getName()) {
            case "value" -> attribute.getT();
            case "value_int" -> integers(tensor).addInt64Data(attribute.getI()).build();
            case "value_ints" ->
                integers(tensor)
                    .addDims(attribute.getIntsCount())
                    .addAllInt64Data(attribute.getIntsList())
                    .build();
            case "value_float" -> floats(tensor).addFloatData(attribute.getF()).build();
            case "value_floats" ->
                floats(tensor)
                    .addDims(attribute.getFloatsCount())
                    .addAllFloatData(attribute.getFloatsList())
                    .build();
            default -> null; // Texts and sparse tensors stay unknown.
          };
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static TensorProto.Builder integers(TensorProto.Builder tensor) {
    return tensor.setDataType(TensorProto.DataType.INT64_VALUE);
  }

  private static TensorProto.Builder floats(TensorProto.Builder tensor) {
    return tensor.setDataType(TensorProto.DataType.FLOAT_VALUE);
  }

  /**
   * The integers of a constant or of a concatenation of constants, as in the shape for a Reshape;
   * an integer that the graph computes is empty.
   */
  List<Optional<Long>> integers(String value) {
    Optional<NodeProto> concatenation =
        producer(value).filter(node -> node.getOpType().equals("Concat"));
    List<String> parts =
        concatenation.<List<String>>map(NodeProto::getInputList).orElse(List.of(value));
    List<Optional<Long>> integers = new ArrayList<>();
    for (String part : parts) {
      integers.addAll(constant(part).map(OnnxGraph::integers).orElse(List.of(Optional.empty())));
    }
    return integers;
  }

  private static List<Optional<Long>> integers(TensorProto tensor) {
    return Arrays.stream(OnnxTensors.array(tensor).integers()).mapToObj(Optional::of).toList();
  }
}
