package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.pruning.EncoderShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Proves that an ONNX graph computes the BERT that was read from it: both are run on a few random
 * word pieces, and their hidden states must agree. The names of weights do not tell that; a RoBERTa
 * has the same.
 *
 * <p>All methods throw {@link IllegalArgumentException} saying what differs.
 */
final class OnnxProof {

  /** A hundred times what fp32 and double precision differ by in twelve layers. */
  private static final double TOLERANCE = 5e-5;

  private static final long PRODUCTS = 150_000_000;
  private static final int SHORT = 3;
  private static final int LONG = 64;

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, "token_type_ids");

  private final OnnxGraph graph;
  private final long opset;
  private final BertConfig config;
  private final Map<String, FloatTensor> tensors;

  /**
   * The two to compare.
   *
   * @param opset the version of ONNX's operators in the graph
   * @param tensors the weights as they were imported
   */
  OnnxProof(OnnxGraph graph, long opset, BertConfig config, Map<String, FloatTensor> tensors) {
    this.graph = graph;
    this.opset = opset;
    this.config = config;
    this.tensors = tensors;
  }

  /** Compares them, on as many word pieces as take a second or so, and on three. */
  void check() {
    checkInputs();
    int batch = size(0, 1);
    int fixed = size(1, 0);
    long forToken = EncoderWork.products(config.shape(), 1);
    int most = (int) Math.max(8, Math.min(LONG, PRODUCTS / forToken));
    int tokens = fixed > 0 ? fixed : Math.min(most, config.maxPositions());
    if (tokens > config.maxPositions() || (long) batch * tokens > config.maxPositions()) {
      throw new IllegalArgumentException(
          "input %s has shape [%s, %s], but there are %s positions"
              .formatted(IDS, batch, tokens, config.maxPositions()));
    }
    Random random = new Random(tokens);
    compare(batch, random.ints(tokens, 0, config.vocabularySize()).toArray());
    if (fixed == 0) {
      compare(batch, random.ints(SHORT, 0, config.vocabularySize()).toArray());
    }
  }

  private void checkInputs() {
    List<String> names = graph.inputs().stream().map(ValueInfoProto::getName).toList();
    for (String name : names) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "it wants the input %s, which a BERT does not have".formatted(name));
      }
    }
    if (!names.contains(IDS)) {
      throw new IllegalArgumentException("it has no input " + IDS);
    }
  }

  /** The size of an axis of the inputs that the export fixes. */
  private int size(int axis, int open) {
    for (ValueInfoProto input : graph.inputs()) {
      var dims = input.getType().getTensorType().getShape().getDimList();
      if (dims.size() > axis && dims.get(axis).getDimValue() > 0) {
        return (int) Math.min(Integer.MAX_VALUE, dims.get(axis).getDimValue());
      }
    }
    return open;
  }

  private void compare(int batch, int[] ids) {
    Map<String, OnnxArray> inputs = new HashMap<>();
    for (ValueInfoProto input : graph.inputs()) {
      inputs.put(input.getName(), input(input, batch, ids));
    }
    OnnxWork work =
        new OnnxWork(
            EncoderWork.elements(config.shape(), batch * ids.length) + 4 * graph.elements(),
            8 * EncoderWork.products(config.shape(), batch * ids.length) + 1_000_000);
    Map<String, OnnxArray> outputs =
        new OnnxEvaluator(graph, opset, work).run(inputs, graph.outputs());
    int[] states = {batch, ids.length, config.shape().hidden()};
    double[][] expected = new BertReference(config, tensors).hiddenStates(ids);
    double difference = Double.NaN;
    for (String name : graph.outputs()) {
      OnnxArray output = outputs.get(name);
      if (output.isFloat() && Arrays.equals(output.shape(), states)) {
        double largest = difference(output.floats(), expected);
        difference = largest < difference || Double.isNaN(difference) ? largest : difference;
      } else {
        requireHarmless(name, output, states);
      }
    }
    if (Double.isNaN(difference)) {
      throw new IllegalArgumentException(
          "none of its outputs %s is the hidden states of all tokens, of shape %s"
              .formatted(graph.outputs(), Arrays.toString(states)));
    }
    if (!(difference <= TOLERANCE)) {
      throw new IllegalArgumentException(
          "its hidden states differ by %s from those of a BERT with its weights, so it is another "
                  .formatted((float) difference)
              + "model, such as a RoBERTa");
    }
  }

  private OnnxArray input(ValueInfoProto input, int batch, int[] ids) {
    OnnxArray values =
        OnnxArray.integers(new int[] {batch, ids.length}, new long[batch * ids.length]);
    for (int i = 0; i < values.size(); i++) {
      values.integers()[i] =
          switch (input.getName()) {
            case IDS -> ids[i % ids.length];
            case MASK -> 1;
            default -> 0;
          };
    }
    return input.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT_VALUE
        ? new OnnxArithmetic(new OnnxWork(values.size(), 0)).cast(values, OnnxArray.Type.FLOAT)
        : values;
  }

  /** Pooled states and attentions beside the hidden states say no more; a head would be lost. */
  private void requireHarmless(String name, OnnxArray output, int[] states) {
    int[] pooled = {states[0], states[2]};
    int[] attentions = {states[0], config.shape().heads(), states[1], states[1]};
    if (!output.isFloat()
        || !(Arrays.equals(output.shape(), pooled) || Arrays.equals(output.shape(), attentions))) {
      throw new IllegalArgumentException(
          "its output %s has shape %s, where a BertModel has hidden states of shape %s: %s"
              .formatted(
                  name,
                  Arrays.toString(output.shape()),
                  Arrays.toString(states),
                  "it has a head, such as a classifier, that would be lost; "
                      + "import the Hugging Face directory that it was made from"));
    }
  }

  /** The largest difference, in units of the largest value where that is more than 1. */
  private static double difference(float[] actual, double[][] expected) {
    double largest = 0;
    double scale = 1;
    int hidden = expected[0].length;
    for (int i = 0; i < actual.length; i++) {
      double value = expected[i / hidden % expected.length][i % hidden];
      double difference = Math.abs(actual[i] - value);
      largest = difference <= largest ? largest : difference; // Also where it is not a number.
      scale = Math.max(scale, Math.abs(value));
    }
    return Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest / scale;
  }

  /** What a BERT of these sizes takes. */
  private static final class EncoderWork {

    /** Multiplications of all matrix products. */
    static long products(EncoderShape shape, int tokens) {
      long hidden = shape.hidden();
      long token = 4 * hidden * hidden + 2 * hidden * shape.intermediate() + 2 * hidden * tokens;
      return bounded((double) shape.layers() * tokens * token);
    }

    /** Elements of all values, for exporters that take many small steps. */
    static long elements(EncoderShape shape, int tokens) {
      double attention = 20.0 * shape.heads() * tokens;
      double token = 80.0 * shape.hidden() + 20.0 * shape.intermediate() + attention;
      return bounded((shape.layers() + 2) * tokens * token + 100_000);
    }

    private static long bounded(double value) {
      return (long) Math.min(value, 1L << 40);
    }
  }
}
