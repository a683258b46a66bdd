package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.pruning.EncoderShape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Writes an ONNX export of {@code BertModel} that runs, as PyTorch's exporter writes it, with the
 * output {@value #OUTPUT}.
 */
final class OnnxExport {

  /** Ways in which exporters differ. */
  enum Form {
    /** The bias is the second operand of Add. */
    BIAS_LAST,
    /** Linear layers are Gemm(x, W, b) with W as [output, input]. */
    GEMM,
    /** Weights keep name and layout, a Transpose stands before the product. */
    TRANSPOSE_NODE,
    /** One LayerNormalization node instead of its parts. */
    WHOLE_NORM,
    /** The shape for the heads is one constant. */
    CONSTANT_SHAPE,
    /** Values stand in float_data. */
    FLOAT_DATA,
    /** Names start with "bert.". */
    PREFIX,
    /** Biases are further names of constants, given by Identity nodes. */
    IDENTITY
  }

  /** The hidden states. */
  static final String OUTPUT = "last_hidden_state";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Bundle bundle;
  private final Set<Form> forms;
  private final String prefix;

  private OnnxExport(Bundle bundle, Set<Form> forms) {
    this.bundle = bundle;
    this.forms = forms;
    this.prefix = forms.contains(Form.PREFIX) ? "bert." : "";
  }

  static ModelProto of(Bundle bundle, Form... forms) {
    Set<Form> set = EnumSet.noneOf(Form.class);
    set.addAll(List.of(forms));
    return new OnnxExport(bundle, set).model();
  }

  private ModelProto model() {
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      graph.addInput(value(input, TensorProto.DataType.INT64_VALUE));
    }
    mask();
    String x = embeddings();
    EncoderShape shape = bundle.config().shape();
    for (int index = 0; index < shape.layers(); index++) {
      String layer = "encoder.layer." + index;
      String attention = attention(x, layer + ".attention.self");
      String output = linear(attention, layer + ".attention.output.dense");
      node("Add", "residual " + output, output, x);
      x = norm("residual " + output, layer + ".attention.output.LayerNorm");
      String inner = gelu(linear(x, layer + ".intermediate.dense"));
      output = linear(inner, layer + ".output.dense");
      node("Add", "residual " + output, output, x);
      x = norm("residual " + output, layer + ".output.LayerNorm");
    }
    node("Identity", OUTPUT, x);
    graph.addOutput(value(OUTPUT, TensorProto.DataType.FLOAT_VALUE));
    return ModelProto.newBuilder()
        .setProducerName("test")
        .setProducerVersion("1")
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build();
  }

  /** An input or output; its shape is left open. */
  static ValueInfoProto value(String name, int type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)))
        .build();
  }

  /** {@code (1 - mask) * lowest}, as [batch, 1, 1, tokens]. */
  private void mask() {
    integers("axes", 1, 2);
    node("Unsqueeze", "mask axes", "attention_mask", "axes");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput("mask axes")
            .addOutput("mask floats")
            .addAttribute(integer("to", TensorProto.DataType.FLOAT_VALUE)));
    scalar("one", 1);
    scalar("lowest", -Float.MAX_VALUE);
    node("Sub", "masked", "one", "mask floats");
    node("Mul", "mask", "masked", "lowest");
  }

  private String embeddings() {
    for (String name : List.of("word", "position", "token_type")) {
      tensor("embeddings." + name + "_embeddings.weight");
    }
    integers("positions", LongStream.range(0, bundle.config().maxPositions()).toArray());
    integers("from", 0);
    integers("second", 1);
    node("Shape", "sizes", "input_ids");
    node("Gather", "tokens", "sizes", "second");
    node("Slice", "position_ids", "positions", "from", "tokens");
    node("Gather", "words", prefix + "embeddings.word_embeddings.weight", "input_ids");
    node("Gather", "types", prefix + "embeddings.token_type_embeddings.weight", "token_type_ids");
    node("Gather", "places", prefix + "embeddings.position_embeddings.weight", "position_ids");
    node("Add", "words and types", "words", "types");
    node("Add", "embedded", "words and types", "places");
    return norm("embedded", "embeddings.LayerNorm");
  }

  private String attention(String x, String prefix) {
    int hidden = bundle.config().shape().hidden();
    int heads = bundle.config().shape().heads();
    heads(prefix, heads, hidden / heads);
    transpose(heads(linear(x, prefix + ".query"), prefix), "queries " + prefix, 0, 2, 1, 3);
    transpose(heads(linear(x, prefix + ".key"), prefix), "keys " + prefix, 0, 2, 3, 1);
    transpose(heads(linear(x, prefix + ".value"), prefix), "values " + prefix, 0, 2, 1, 3);
    node("MatMul", "raw " + prefix, "queries " + prefix, "keys " + prefix);
    scalar("scale " + prefix, (float) Math.sqrt((double) hidden / heads));
    node("Div", "scaled " + prefix, "raw " + prefix, "scale " + prefix);
    node("Add", "scores " + prefix, "scaled " + prefix, "mask");
    node("Softmax", "weights " + prefix, "scores " + prefix);
    node("MatMul", "context " + prefix, "weights " + prefix, "values " + prefix);
    transpose("context " + prefix, "context back " + prefix, 0, 2, 1, 3);
    integers("flat " + prefix, 0, 0, hidden);
    node("Reshape", "attention " + prefix, "context back " + prefix, "flat " + prefix);
    return "attention " + prefix;
  }

  /** The shape for the heads. */
  private void heads(String prefix, int heads, int size) {
    if (forms.contains(Form.CONSTANT_SHAPE)) {
      integers("shape " + prefix, 0, 0, -1, size);
      return;
    }
    integers("first " + prefix, 0);
    node("Gather", "batch " + prefix, "sizes", "first " + prefix);
    integers("heads " + prefix, heads);
    integers("size " + prefix, size);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Concat")
            .addAllInput(List.of("batch " + prefix, "tokens", "heads " + prefix, "size " + prefix))
            .addOutput("shape " + prefix)
            .addAttribute(integer("axis", 0)));
  }

  private String heads(String value, String prefix) {
    node("Reshape", "heads of " + value, value, "shape " + prefix);
    return "heads of " + value;
  }

  private void transpose(String value, String output, long... order) {
    AttributeProto.Builder permutation =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : order) {
      permutation.addInts(axis);
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Transpose")
            .addInput(value)
            .addOutput(output)
            .addAttribute(permutation));
  }

  /** {@code x (1 + erf(x / sqrt 2)) / 2}. */
  private String gelu(String x) {
    scalar("root " + x, (float) Math.sqrt(2));
    scalar("half " + x, 0.5f);
    node("Div", "small " + x, x, "root " + x);
    node("Erf", "erf " + x, "small " + x);
    node("Add", "more " + x, "erf " + x, "one");
    node("Mul", "twice " + x, x, "more " + x);
    node("Mul", "gelu " + x, "twice " + x, "half " + x);
    return "gelu " + x;
  }

  private String linear(String x, String layer) {
    FloatTensor weight = ours(layer + ".weight");
    String bias = prefix + layer + ".bias";
    String sum = "sum " + layer;
    if (forms.contains(Form.IDENTITY)) {
      constant("shared " + bias, ours(layer + ".bias"));
      node("Identity", bias, "shared " + bias);
    } else {
      tensor(layer + ".bias");
    }
    if (forms.contains(Form.GEMM)) {
      int[] shape = weight.shape();
      integers("rows " + layer, -1, shape[1]);
      integers("states " + layer, 0, -1, shape[0]);
      node("Shape", "shape " + layer, x);
      node("Gather", "batch " + layer, "shape " + layer, "from");
      node("Gather", "tokens " + layer, "shape " + layer, "second");
      integers("width " + layer, shape[0]);
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Concat")
              .addAllInput(List.of("batch " + layer, "tokens " + layer, "width " + layer))
              .addOutput("whole " + layer)
              .addAttribute(integer("axis", 0)));
      node("Reshape", "rows of " + layer, x, "rows " + layer);
      constant("anonymous " + layer, weight);
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Gemm")
              .addAllInput(List.of("rows of " + layer, "anonymous " + layer, bias))
              .addOutput("gemm " + layer)
              .addAttribute(integer("transB", 1)));
      node("Reshape", sum, "gemm " + layer, "whole " + layer);
      return sum;
    }
    if (forms.contains(Form.TRANSPOSE_NODE)) {
      constant(prefix + layer + ".weight", weight);
      transpose(prefix + layer + ".weight", "transposed " + layer, 1, 0);
    } else {
      constant("transposed " + layer, OnnxTensors.transpose(weight));
    }
    node("MatMul", "product " + layer, x, "transposed " + layer);
    if (forms.contains(Form.BIAS_LAST)) {
      node("Add", sum, "product " + layer, bias);
    } else {
      node("Add", sum, bias, "product " + layer);
    }
    return sum;
  }

  private String norm(String x, String layer) {
    tensor(layer + ".weight");
    tensor(layer + ".bias");
    String weight = prefix + layer + ".weight";
    String bias = prefix + layer + ".bias";
    float eps = (float) bundle.config().layerNormEps();
    if (forms.contains(Form.WHOLE_NORM)) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("LayerNormalization")
              .addAllInput(List.of(x, weight, bias))
              .addOutput("norm " + layer)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("epsilon")
                      .setType(AttributeProto.AttributeType.FLOAT)
                      .setF(eps)));
      return "norm " + layer;
    }
    scalar("two " + layer, 2);
    scalar("eps " + layer, eps);
    mean(x, "mean " + layer);
    node("Sub", "centred " + layer, x, "mean " + layer);
    node("Pow", "squares " + layer, "centred " + layer, "two " + layer);
    mean("squares " + layer, "variance " + layer);
    node("Add", "stable " + layer, "variance " + layer, "eps " + layer);
    node("Sqrt", "deviation " + layer, "stable " + layer);
    node("Div", "normal " + layer, "centred " + layer, "deviation " + layer);
    node("Mul", "stretched " + layer, "normal " + layer, weight);
    node("Add", "norm " + layer, "stretched " + layer, bias);
    return "norm " + layer;
  }

  private void mean(String x, String output) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceMean")
            .addInput(x)
            .addOutput(output)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axes")
                    .setType(AttributeProto.AttributeType.INTS)
                    .addInts(-1)));
  }

  private FloatTensor ours(String name) {
    return bundle.weights().tensors().get("bert." + name);
  }

  private void tensor(String name) {
    constant(prefix + name, ours(name));
  }

  private void scalar(String name, float value) {
    constant(name, FloatTensor.of(new int[0], value));
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private void constant(String name, FloatTensor value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (int size : value.shape()) {
      tensor.addDims(size);
    }
    if (forms.contains(Form.FLOAT_DATA)) {
      for (float number : value.toArray()) {
        tensor.addFloatData(number);
      }
    } else {
      tensor.setRawData(ByteString.copyFrom(value.bytes()));
    }
    graph.addInitializer(tensor);
  }

  private void integers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput(name)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(tensor)));
  }

  private void node(String type, String output, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)).addOutput(output));
  }
}
