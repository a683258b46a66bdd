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
      throw elsewhere(tensor);
    }
    int[] shape = shape(tensor);
    ByteBuffer bytes;
    if (tensor.getFloatDataCount() > 0) {
      bytes = ByteBuffer.allocate(4 * tensor.getFloatDataCount()).order(ByteOrder.LITTLE_ENDIAN);
      FloatBuffer values = bytes.asFloatBuffer();
      for (int i = 0; i < tensor.getFloatDataCount(); i++) {
        values.put(tensor.getFloatData(i));
      }
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

  /**
   * A tensor of floats, integers or truth values; a shape that no array has fails as in {@link
   * #read}.
   */
  static OnnxArray array(TensorProto tensor) {
    OnnxArray.Type type = type(tensor.getDataType());
    if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
      FloatTensor floats = read(tensor);
      return OnnxArray.floats(floats.shape(), floats.toArray());
    }
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw elsewhere(tensor);
    }
    long[] values = integers(tensor);
    int[] shape = shape(tensor);
    return switch (type) {
      case INTEGER -> OnnxArray.integers(shape, values);
      case BOOLEAN -> OnnxArray.booleans(shape, values);
      case FLOAT -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) Double.longBitsToDouble(values[i]);
        }
        yield OnnxArray.floats(shape, floats);
      }
    };
  }

  /** The sizes of a tensor. */
  static int[] shape(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
  }

  /** What the elements of a type of ONNX are here. */
  static OnnxArray.Type type(long dataType) {
    return switch ((int) dataType) {
      case TensorProto.DataType.FLOAT_VALUE, TensorProto.DataType.DOUBLE_VALUE ->
          OnnxArray.Type.FLOAT;
      case TensorProto.DataType.INT64_VALUE, TensorProto.DataType.INT32_VALUE ->
          OnnxArray.Type.INTEGER;
      case TensorProto.DataType.BOOL_VALUE -> OnnxArray.Type.BOOLEAN;
      default ->
          throw new IllegalArgumentException(
              "type %s is not supported (supported: FLOAT, so import the fp32 export)"
                  .formatted(TensorProto.DataType.forNumber((int) dataType)));
    };
  }

  /** The elements of a tensor; those of a double are its bits. */
  private static long[] integers(TensorProto tensor) {
    if (tensor.getInt64DataCount() > 0) {
      return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }
    if (tensor.getInt32DataCount() > 0) {
      return tensor.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
    }
    if (tensor.getDoubleDataCount() > 0) {
      return tensor.getDoubleDataList().stream().mapToLong(Double::doubleToRawLongBits).toArray();
    }
    int width =
        switch (tensor.getDataType()) {
          case TensorProto.DataType.BOOL_VALUE -> 1;
          case TensorProto.DataType.INT32_VALUE -> 4;
          default -> 8;
        };
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[bytes.remaining() / width];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (width) {
            case 1 -> bytes.get();
            case 4 -> bytes.getInt();
            default -> bytes.getLong();
          };
    }
    return values;
  }

  private static IllegalArgumentException elsewhere(TensorProto tensor) {
    return new IllegalArgumentException(
        "tensor %s lies in another file (supported: weights inside the .onnx file)"
            .formatted(tensor.getName()));
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
