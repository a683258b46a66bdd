package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.Test;

/** Every operator gives what ONNX Runtime gives. */
public class OnnxEvaluatorTest {

  private static final int OPSET = 17;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("operators");
  private int values;

  @Test
  public void computesWhatOnnxRuntimeComputes() throws Exception {
    String a = floats(2, 3, 4);
    String row = floats(4);
    String column = floats(3, 1);
    String matrix = floats(4, 5);
    String positive = add("Exp", a);
    for (String operator : List.of("Add", "Sub", "Mul", "Div", "Max", "Min")) {
      add(operator, a, row);
      add(operator, column, a);
    }
    add("Pow", positive, row);
    add("Pow", a, constant(2f));
    for (String operator : List.of("Tanh", "Erf", "Neg", "Relu", "Sigmoid", "Identity")) {
      add(operator, a);
    }
    add("Erf", add("Mul", a, constant(3f)));
    add("Sqrt", positive);
    add("Reciprocal", positive);
    add("Clip", a, constant(-0.5f), constant(0.5f));
    add("Clip", a, constant(0f));
    add("MatMul", a, matrix);
    add("MatMul", floats(2, 1, 3, 4), floats(3, 4, 2));
    with(integer("transB", 1), "Gemm", floats(3, 4), floats(5, 4), floats(5));
    add("Gemm", floats(3, 4), matrix);
    with(integer("transA", 1), "Gemm", floats(4, 3), matrix);
    with(integer("axis", -1), "Softmax", a);
    add("LayerNormalization", a, row, floats(4));
    with(integer("axis", -2), "LayerNormalization", a, floats(3, 4), floats(3, 4));
    with(integers("axes", -1), "ReduceMean", a);
    with(List.of(integers("axes", 1), integer("keepdims", 0)), "ReduceMean", a);
    add("ReduceMean", a);
    add("ReduceSum", a, longs(0, 2));
    with(integers("axes", 2), "ReduceL2", a);
    comparisons(a, row);
    run();
  }

  private void comparisons(String a, String row) {
    String some = null;
    for (String operator : List.of("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal")) {
      some = add(operator, a, row);
      add("Where", some, a, row);
    }
    String less = add("Less", a, row);
    add("Where", add("Not", add("Or", less, some)), row, a);
    add("Where", add("And", less, add("IsNaN", row)), row, a);
    with(integer("to", 1), "Cast", less);
  }

  @Test
  public void movesWhatOnnxRuntimeMoves() throws Exception {
    String a = floats(2, 3, 4);
    add("Shape", a);
    with(List.of(integer("start", 1), integer("end", -1)), "Shape", a);
    add("Reshape", a, longs(0, -1));
    add("Reshape", a, longs(4, 0, 2));
    with(integer("allowzero", 1), "Reshape", a, longs(4, 6));
    with(integer("axis", 2), "Flatten", a);
    add("Unsqueeze", a, longs(0, -1));
    add("Squeeze", add("Unsqueeze", a, longs(1, 2)), longs(2));
    add("Squeeze", add("Unsqueeze", a, longs(1, 2)));
    with(integers("perm", 2, 0, 1), "Transpose", a);
    add("Transpose", a);
    add("Expand", floats(3, 1), longs(2, 1, 4));
    with(integer("axis", 1), "Concat", a, floats(2, 1, 4), floats(2, 2, 4));
    add("Slice", a, longs(1), longs(3), longs(1));
    add("Slice", a, longs(-3), longs(Long.MAX_VALUE), longs(-1), longs(2));
    add("Slice", a, longs(0, 1), longs(1, -1));
    with(integer("axis", 1), "Gather", a, longs(2, -1, 0, 0));
    add("Gather", a, constant(1L));
    with(integer("axis", 1), "GatherElements", floats(2, 4), longMatrix(2, 3, 0, 3, 1, -1, 2, 2));
    with(tensor("value", constantTensor(7L)), "ConstantOfShape", longs(2, 3));
    add("ConstantOfShape", longs(3));
    add("Range", constant(2L), constant(9L), constant(3L));
    add("CumSum", longMatrix(2, 3, 1, 2, 3, 4, 5, 6), constant(1L));
    add("Mul", longs(3, 4), constant(-1L));
    add("Div", longs(-7, 7), constant(2L));
    with(integer("to", 7), "Cast", a);
    with(integer("to", 1), "Cast", longs(3, 4));
    add("Dropout", a);
    NodeProto.Builder split =
        NodeProto.newBuilder().setOpType("Split").addInput(a).addInput(longs(1, 3));
    split.addOutput("left").addOutput("right").addAttribute(integer("axis", 2));
    graph.addNode(split);
    output("left");
    output("right");
    run();
  }

  private void run() throws OrtException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build();
    List<String> outputs = graph.getOutputList().stream().map(value -> value.getName()).toList();
    Map<String, OnnxArray> actual =
        new OnnxEvaluator(new OnnxGraph(model.getGraph()), OPSET, new OnnxWork(100_000, 100_000))
            .run(Map.of(), outputs);
    try (OrtSession session =
            OrtEnvironment.getEnvironment()
                .createSession(model.toByteArray(), new OrtSession.SessionOptions());
        OrtSession.Result result = session.run(Map.of())) {
      for (String name : outputs) {
        OnnxTensor expected = (OnnxTensor) result.get(name).orElseThrow();
        String what = "seed %s, %s".formatted(seed, new OnnxGraph(model.getGraph()).producer(name));
        OnnxArray value = actual.get(name);
        assertThat(Arrays.stream(value.shape()).asLongStream().toArray())
            .as(what)
            .containsExactly(expected.getInfo().getShape());
        if (value.isFloat()) {
          assertThat(value.floats())
              .as(what)
              .containsExactly(expected.getFloatBuffer().array(), Offset.offset(2e-5f));
        } else if (value.type() == OnnxArray.Type.INTEGER) {
          assertThat(value.integers()).as(what).containsExactly(expected.getLongBuffer().array());
        } else {
          byte[] truths = expected.getByteBuffer().array();
          for (int i = 0; i < truths.length; i++) {
            assertThat(value.integers()[i]).as(what).isEqualTo(truths[i]);
          }
        }
      }
    }
  }

  private String add(String type, String... inputs) {
    return with(List.of(), type, inputs);
  }

  private String with(AttributeProto attribute, String type, String... inputs) {
    return with(List.of(attribute), type, inputs);
  }

  private String with(List<AttributeProto> attributes, String type, String... inputs) {
    String name = "%s %s".formatted(type, values++);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .addAllInput(List.of(inputs))
            .addOutput(name)
            .addAllAttribute(attributes));
    output(name);
    return name;
  }

  private void output(String name) {
    graph.addOutput(
        ValueInfoProto.newBuilder().setName(name).setType(TypeProto.getDefaultInstance()));
  }

  private String floats(int... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT_VALUE);
    int size = 1;
    for (int length : shape) {
      size *= length;
      tensor.addDims(length);
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData((float) random.nextGaussian());
    }
    return initializer(tensor);
  }

  private String constant(float value) {
    return initializer(
        TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT_VALUE).addFloatData(value));
  }

  private String constant(long value) {
    return initializer(
        TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE).addInt64Data(value));
  }

  private String longs(long... numbers) {
    return initializer(longTensor(numbers).addDims(numbers.length));
  }

  private String longMatrix(int rows, int columns, long... numbers) {
    return initializer(longTensor(numbers).addDims(rows).addDims(columns));
  }

  private static TensorProto constantTensor(long value) {
    return longTensor(value).addDims(1).build();
  }

  private static TensorProto.Builder longTensor(long... numbers) {
    List<Long> list = new ArrayList<>();
    Arrays.stream(numbers).forEach(list::add);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .addAllInt64Data(list);
  }

  private String initializer(TensorProto.Builder tensor) {
    String name = "constant " + values++;
    graph.addInitializer(tensor.setName(name));
    return name;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... numbers) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(numbers).forEach(attribute::addInts);
    return attribute.build();
  }

  private static AttributeProto tensor(String name, TensorProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(value)
        .build();
  }
}
