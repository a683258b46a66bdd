package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ptcspark.bundle.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Turns the float tensors of ONNX files into ours. */
final class OnnxTensors {

  private OnnxTensors() {}

  /**
   * The values of a tensor.
   *
   * @throws IllegalArgumentException saying what is wrong with the tensor
   */
  static FloatTensor read(TensorProto tensor) {
    String name = tensor.getName();
    if (tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
      throw new IllegalArgumentException(
          "tensor %s has type %s (supported: FLOAT, so import the fp32 export)"
              .formatted(name, TensorProto.DataType.forNumber(tensor.getDataType())));
    }
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new IllegalArgumentException(
          "tensor %s lies in another file (supported: weights inside the .onnx file)"
              .formatted(name));
    }
    int[] shape = tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
    ByteBuffer bytes;
    if (tensor.getFloatDataCount() > 0) {
      bytes = ByteBuffer.allocate(4 * tensor.getFloatDataCount()).order(ByteOrder.LITTLE_ENDIAN);
      FloatBuffer values = bytes.asFloatBuffer();
      tensor.getFloatDataList().forEach(values::put);
    } else {
      bytes = tensor.getRawData().asReadOnlyByteBuffer();
    }
    double elements = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (Arrays.stream(shape).anyMatch(size -> size < 0) || 4 * elements != bytes.remaining()) {
      throw new IllegalArgumentException(
          "tensor %s of shape %s has %s bytes"
              .formatted(name, tensor.getDimsList(), bytes.remaining()));
    }
    return new FloatTensor(shape, bytes);
  }

  /** The transpose of a matrix. */
  static FloatTensor transpose(FloatTensor matrix) {
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    float[] values = matrix.toArray();
    float[] transposed = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values[row * columns + column];
      }
    }
    return FloatTensor.of(new int[] {columns, rows}, transposed);
  }
}
