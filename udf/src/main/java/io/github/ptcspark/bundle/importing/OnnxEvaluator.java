package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes what an ONNX graph computes, in fp32 and plain Java: the operators that exports of BERT
 * use, and no others. It is slow and obvious, for a few word pieces.
 */
final class OnnxEvaluator {

  private final OnnxGraph graph;
  private final long opset;
  private final OnnxWork work;
  private final OnnxShaping shaping;
  private final OnnxArithmetic arithmetic;
  private final OnnxProducts products;
  private final Map<String, OnnxArray> values = new HashMap<>();

  /**
   * An evaluator.
   *
   * @param opset the version of ONNX's operators
   * @param work what the evaluation may cost
   */
  OnnxEvaluator(OnnxGraph graph, long opset, OnnxWork work) {
    this.graph = graph;
    this.opset = opset;
    this.work = work;
    this.shaping = new OnnxShaping(work);
    this.arithmetic = new OnnxArithmetic(work);
    this.products = new OnnxProducts(work);
  }

  /**
   * The outputs by name.
   *
   * @throws IllegalArgumentException if an operator is not known, does not fit its inputs, or takes
   *     more than the work that is allowed
   */
  Map<String, OnnxArray> run(Map<String, OnnxArray> inputs, List<String> outputs) {
    values.clear();
    values.putAll(inputs);
    List<NodeProto> nodes = graph.nodes();
    // The place of the node that uses a value last, for the nodes that are needed at all.
    Map<String, Integer> lastUse = new HashMap<>();
    outputs.forEach(output -> lastUse.put(output, nodes.size()));
    boolean[] needed = new boolean[nodes.size()];
    for (int i = nodes.size() - 1; i >= 0; i--) {
      needed[i] = nodes.get(i).getOutputList().stream().anyMatch(lastUse::containsKey);
      if (needed[i]) {
        for (String input : nodes.get(i).getInputList()) {
          lastUse.putIfAbsent(input, i);
        }
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      if (needed[i] && graph.constant(OnnxGraph.output(node)).isEmpty()) {
        run(node);
        for (String input : node.getInputList()) {
          if (lastUse.get(input) == i) {
            values.remove(input);
          }
        }
      }
    }
    Map<String, OnnxArray> results = new HashMap<>();
    outputs.forEach(output -> results.put(output, value(output)));
    return results;
  }

  private void run(NodeProto node) {
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      throw unknown(node.getDomain() + "." + node.getOpType());
    }
    List<OnnxArray> inputs = new ArrayList<>();
    for (String name : node.getInputList()) {
      inputs.add(name.isEmpty() ? null : value(name));
    }
    try {
      Operation operation = new Operation(node, inputs);
      List<OnnxArray> results =
          node.getOpType().equals("Split") ? split(operation) : List.of(single(operation));
      for (int i = 0; i < node.getOutputCount() && i < results.size(); i++) {
        values.put(node.getOutput(i), results.get(i));
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "its operator %s at %s: %s"
              .formatted(
                  node.getOpType(),
                  OnnxGraph.output(node),
                  e instanceof IllegalArgumentException
                      ? e.getMessage()
                      : "its inputs do not fit (%s)".formatted(e.getMessage())),
          e);
    }
  }

  private OnnxArray value(String name) {
    OnnxArray value = values.get(name);
    if (value != null) {
      return value;
    }
    TensorProto constant =
        graph
            .constant(name)
            .orElseThrow(
                () -> new IllegalArgumentException("value %s comes from nowhere".formatted(name)));
    work.take(OnnxTensors.shape(constant));
    return OnnxTensors.array(constant);
  }

  private OnnxArray single(Operation node) {
    return switch (node.type()) {
      case "Shape" ->
          shaping.shape(
              node.input(0), node.integer("start", 0), node.integer("end", Long.MAX_VALUE));
      case "Reshape" ->
          shaping.reshape(node.input(0), node.input(1), node.integer("allowzero", 0) == 0);
      case "Flatten" -> shaping.flatten(node.input(0), node.integer("axis", 1));
      case "Unsqueeze" -> shaping.unsqueeze(node.input(0), node.axes());
      case "Squeeze" -> shaping.squeeze(node.input(0), node.axes());
      case "Transpose" -> shaping.transpose(node.input(0), node.integers("perm"));
      case "Expand" -> shaping.expand(node.input(0), node.input(1).ints());
      case "Concat" -> shaping.concat(node.inputs(), node.integer("axis", 0));
      case "Slice" -> slice(node);
      case "Gather" -> shaping.gather(node.input(0), node.input(1), node.integer("axis", 0));
      case "GatherElements" ->
          shaping.gatherElements(node.input(0), node.input(1), node.integer("axis", 0));
      case "ConstantOfShape" ->
          shaping.constantOfShape(
              node.input(0).ints(),
              node.tensor("value").orElse(OnnxArray.floats(new int[] {1}, new float[1])));
      case "Range" ->
          shaping.range(node.input(0).single(), node.input(1).single(), node.input(2).single());
      case "Identity" -> node.input(0);
      case "Dropout" -> dropout(node);
      case "Cast" -> arithmetic.cast(node.input(0), OnnxTensors.type(node.integer("to", 0)));
      case "CastLike" -> arithmetic.cast(node.input(0), node.input(1).type());
      case "Where" -> arithmetic.where(node.input(0), node.input(1), node.input(2));
      case "CumSum" -> sumsSoFar(node);
      default -> computed(node);
    };
  }

  private OnnxArray computed(Operation node) {
    return switch (node.type()) {
      case "Add" -> arithmetic.add(node.input(0), node.input(1));
      case "Sub" -> arithmetic.subtract(node.input(0), node.input(1));
      case "Mul" -> arithmetic.multiply(node.input(0), node.input(1));
      case "Div" -> arithmetic.divide(node.input(0), node.input(1));
      case "Pow" -> arithmetic.power(node.input(0), node.input(1));
      case "Max" -> node.inputs().stream().reduce(arithmetic::maximum).orElseThrow();
      case "Min" -> node.inputs().stream().reduce(arithmetic::minimum).orElseThrow();
      case "Clip" -> clip(node);
      case "Neg" -> arithmetic.negate(node.input(0));
      case "Sqrt" -> arithmetic.map(node.input(0), Math::sqrt);
      case "Reciprocal" -> arithmetic.map(node.input(0), x -> 1 / x);
      case "Exp" -> arithmetic.map(node.input(0), Math::exp);
      case "Tanh" -> arithmetic.map(node.input(0), Math::tanh);
      case "Erf" -> arithmetic.map(node.input(0), BertReference::erf);
      case "Gelu" -> gelu(node);
      case "Relu" -> arithmetic.map(node.input(0), x -> Math.max(0, x));
      case "Sigmoid" -> arithmetic.map(node.input(0), x -> 1 / (1 + Math.exp(-x)));
      case "IsNaN" -> arithmetic.isNaN(node.input(0));
      case "Not" -> arithmetic.not(node.input(0));
      case "And" -> arithmetic.and(node.input(0), node.input(1));
      case "Or" -> arithmetic.or(node.input(0), node.input(1));
      case "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual" ->
          arithmetic.compare(node.type(), node.input(0), node.input(1));
      case "Softmax" -> softmax(node);
      case "LayerNormalization" -> layerNorm(node);
      case "ReduceMean", "ReduceSum", "ReduceL2" ->
          arithmetic.reduce(
              node.type(), node.input(0), node.axes(), node.integer("keepdims", 1) != 0);
      case "MatMul" -> products.product(node.input(0), node.input(1));
      case "Gemm" -> gemm(node);
      default -> throw unknown(node.type());
    };
  }

  private OnnxArray slice(Operation node) {
    if (node.inputs().size() == 1) {
      return shaping.slice(
          node.input(0),
          narrow(node.integers("starts")),
          narrow(node.integers("ends")),
          node.integers("axes"),
          new int[0]);
    }
    return shaping.slice(
        node.input(0),
        node.input(1).ints(),
        node.input(2).ints(),
        node.has(3) ? node.input(3).integers() : new long[0],
        node.has(4) ? node.input(4).ints() : new int[0]);
  }

  private List<OnnxArray> split(Operation node) {
    int[] sizes = node.has(1) ? node.input(1).ints() : narrow(node.integers("split"));
    long axis = node.integer("axis", 0);
    if (sizes.length == 0) {
      int length = node.input(0).shape()[OnnxArray.axis(axis, node.input(0).rank())];
      sizes = new int[node.outputs()];
      Arrays.fill(sizes, length / sizes.length);
    }
    return shaping.split(node.input(0), sizes, axis);
  }

  private static OnnxArray dropout(Operation node) {
    if (node.has(2) && node.input(2).single() != 0) {
      throw new IllegalArgumentException("it is exported for training");
    }
    return node.input(0);
  }

  private OnnxArray sumsSoFar(Operation node) {
    if (node.integer("exclusive", 0) != 0 || node.integer("reverse", 0) != 0) {
      throw new IllegalArgumentException("exclusive and reverse sums are not supported");
    }
    return arithmetic.sumsSoFar(node.input(0), node.input(1).single());
  }

  private OnnxArray clip(Operation node) {
    OnnxArray result = node.input(0);
    if (node.has(1)) {
      result = arithmetic.maximum(result, node.input(1));
    }
    if (node.has(2)) {
      result = arithmetic.minimum(result, node.input(2));
    }
    float low = node.decimal("min", Float.NEGATIVE_INFINITY);
    float high = node.decimal("max", Float.POSITIVE_INFINITY);
    return result.isFloat()
        ? arithmetic.map(result, x -> Math.max(low, Math.min(high, x)))
        : result;
  }

  private OnnxArray gelu(Operation node) {
    if (!node.text("approximate", "none").equals("none")) {
      throw new IllegalArgumentException("its activation is not the exact gelu");
    }
    return arithmetic.map(node.input(0), BertReference::gelu);
  }

  /** Before version 13 all axes from the given one on were taken together. */
  private OnnxArray softmax(Operation node) {
    int rank = node.input(0).rank();
    int axis = OnnxArray.axis(node.integer("axis", opset < 13 ? 1 : -1), rank);
    if (opset >= 13 && axis != rank - 1) {
      throw new IllegalArgumentException("axis is %s of %s".formatted(axis, rank));
    }
    return arithmetic.softmax(node.input(0), axis);
  }

  private OnnxArray layerNorm(Operation node) {
    OnnxArray data = node.input(0);
    int axis = OnnxArray.axis(node.integer("axis", -1), data.rank());
    OnnxArray weight = node.input(1);
    OnnxArray bias = node.has(2) ? node.input(2) : work.zeros(OnnxArray.Type.FLOAT, weight.shape());
    return arithmetic.layerNorm(data, weight, bias, axis, node.decimal("epsilon", 1e-5f));
  }

  private OnnxArray gemm(Operation node) {
    OnnxArray a = node.input(0);
    OnnxArray b = node.input(1);
    return products.gemm(
        node.integer("transA", 0) == 0 ? a : shaping.transpose(a, new long[0]),
        node.integer("transB", 0) == 0 ? b : shaping.transpose(b, new long[0]),
        node.has(2) ? node.input(2) : null,
        node.decimal("alpha", 1),
        node.decimal("beta", 1));
  }

  private static int[] narrow(long[] values) {
    return OnnxArray.integers(new int[] {values.length}, values).ints();
  }

  private static IllegalArgumentException unknown(String operator) {
    return new IllegalArgumentException(
        "operator %s is none that this version can check".formatted(operator));
  }

  /** A node with the values of its inputs; an input that is left out is null. */
  private record Operation(NodeProto node, List<OnnxArray> inputs) {
    String type() {
      return node.getOpType();
    }

    int outputs() {
      return node.getOutputCount();
    }

    boolean has(int index) {
      return index < inputs.size() && inputs.get(index) != null;
    }

    OnnxArray input(int index) {
      if (!has(index)) {
        throw new IllegalArgumentException("input %s is missing".formatted(index));
      }
      return inputs.get(index);
    }

    long integer(String name, long missing) {
      return OnnxGraph.attribute(node, name).map(value -> value.getI()).orElse(missing);
    }

    float decimal(String name, float missing) {
      return OnnxGraph.attribute(node, name).map(value -> value.getF()).orElse(missing);
    }

    String text(String name, String missing) {
      return OnnxGraph.attribute(node, name)
          .map(value -> value.getS().toStringUtf8())
          .orElse(missing);
    }

    long[] integers(String name) {
      return OnnxGraph.attribute(node, name)
          .map(value -> value.getIntsList().stream().mapToLong(Long::longValue).toArray())
          .orElse(new long[0]);
    }

    Optional<OnnxArray> tensor(String name) {
      return OnnxGraph.attribute(node, name).map(value -> OnnxTensors.array(value.getT()));
    }

    /** Axes are an attribute in older versions and an input in newer ones. */
    long[] axes() {
      return has(1) ? input(1).integers() : integers("axes");
    }
  }
}
