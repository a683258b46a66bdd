package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the parts of an ONNX export of {@code BertModel} that an importer looks at: weights, and
 * the nodes around them. The graph does not run.
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
    for (Map.Entry<String, FloatTensor> tensor : bundle.weights().tensors().entrySet()) {
      String name = prefix + tensor.getKey().substring("bert.".length());
      FloatTensor value = tensor.getValue();
      if (name.endsWith("LayerNorm.weight")) {
        constant(name, value);
        norm(name);
      } else if (name.contains("embeddings") || !name.contains("encoder.layer")) {
        constant(name, value);
      } else if (name.endsWith(".weight")) {
        linear(name, value);
      } else if (forms.contains(Form.IDENTITY)) {
        constant("shared." + name, value);
        node("Identity", name, "shared." + name);
      } else {
        constant(name, value);
      }
    }
    heads();
    for (int layer = 0; layer < bundle.config().shape().layers(); layer++) {
      node("Erf", "erf" + layer, "x");
    }
    return ModelProto.newBuilder()
        .setProducerName("test")
        .setProducerVersion("1")
        .setGraph(graph)
        .build();
  }

  private void linear(String name, FloatTensor weight) {
    String layer = name.substring(0, name.length() - ".weight".length());
    String bias = layer + ".bias";
    if (forms.contains(Form.GEMM)) {
      constant("anonymous " + layer, weight);
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Gemm")
              .addAllInput(List.of("x", "anonymous " + layer, bias))
              .addOutput("sum " + layer)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("transB")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(1)));
      return;
    }
    if (forms.contains(Form.TRANSPOSE_NODE)) {
      constant(name, weight);
      node("Transpose", "transposed " + layer, name);
    } else {
      constant("transposed " + layer, OnnxTensors.transpose(weight));
    }
    node("MatMul", "product " + layer, "x", "transposed " + layer);
    if (forms.contains(Form.BIAS_LAST)) {
      node("Add", "sum " + layer, "product " + layer, bias);
    } else {
      node("Add", "sum " + layer, bias, "product " + layer);
    }
  }

  private void norm(String weight) {
    float eps = (float) bundle.config().layerNormEps();
    if (forms.contains(Form.WHOLE_NORM)) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("LayerNormalization")
              .addAllInput(List.of("x", weight, weight.replace(".weight", ".bias")))
              .addOutput("norm " + weight)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("epsilon")
                      .setType(AttributeProto.AttributeType.FLOAT)
                      .setF(eps)));
      return;
    }
    constant("eps " + weight, FloatTensor.of(new int[0], eps));
    node("Add", "stable " + weight, "variance", "eps " + weight);
    node("Sqrt", "deviation " + weight, "stable " + weight);
    node("Div", "normal " + weight, "centred", "deviation " + weight);
    node("Mul", "norm " + weight, "normal " + weight, weight);
  }

  private void heads() {
    int heads = bundle.config().shape().heads();
    int size = bundle.config().shape().hidden() / heads;
    String query = "sum " + prefix + "encoder.layer.0.attention.self.query";
    if (forms.contains(Form.CONSTANT_SHAPE)) {
      integers("shape", 0, 0, -1, size);
    } else {
      integers("heads", heads);
      integers("size", size);
      node("Concat", "shape", "batch", "tokens", "heads", "size");
    }
    node("Reshape", "split", query, "shape");
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
            .addAttribute(AttributeProto.newBuilder().setName("value").setT(tensor)));
  }

  private void node(String type, String output, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)).addOutput(output));
  }
}
