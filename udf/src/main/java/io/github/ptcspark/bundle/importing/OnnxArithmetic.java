package io.github.ptcspark.bundle.importing;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The operators of ONNX that compute element by element or along an axis, after <a
 * href="https://onnx.ai/onnx/operators/">the specification</a>. All throw {@link
 * IllegalArgumentException} or {@link IndexOutOfBoundsException} where inputs do not fit.
 */
final class OnnxArithmetic {

  private interface Floats {
    float apply(float a, float b);
  }

  private interface Integers {
    long apply(long a, long b);
  }

  private final OnnxWork work;

  OnnxArithmetic(OnnxWork work) {
    this.work = work;
  }

  OnnxArray add(OnnxArray a, OnnxArray b) {
    return binary(a, b, (x, y) -> x + y, (x, y) -> x + y);
  }

  OnnxArray subtract(OnnxArray a, OnnxArray b) {
    return binary(a, b, (x, y) -> x - y, (x, y) -> x - y);
  }

  OnnxArray multiply(OnnxArray a, OnnxArray b) {
    return binary(a, b, (x, y) -> x * y, (x, y) -> x * y);
  }

  OnnxArray divide(OnnxArray a, OnnxArray b) {
    return binary(a, b, (x, y) -> x / y, (x, y) -> x / y);
  }

  OnnxArray maximum(OnnxArray a, OnnxArray b) {
    return binary(a, b, Math::max, Math::max);
  }

  OnnxArray minimum(OnnxArray a, OnnxArray b) {
    return binary(a, b, Math::min, Math::min);
  }

  OnnxArray power(OnnxArray a, OnnxArray b) {
    return binary(a, b.isFloat() ? b : toFloats(b), (x, y) -> (float) Math.pow(x, y), null);
  }

  /** By the name of the operator. */
  OnnxArray compare(String operator, OnnxArray a, OnnxArray b) {
    OnnxArray signs =
        binary(a, b, OnnxArithmetic::sign, (x, y) -> Integer.compare(Long.compare(x, y), 0));
    boolean floats = signs.isFloat();
    OnnxArray result = work.zeros(OnnxArray.Type.BOOLEAN, signs.shape());
    for (int i = 0; i < result.size(); i++) {
      double sign = floats ? signs.floats()[i] : signs.integers()[i];
      boolean holds =
          switch (operator) {
            case "Equal" -> sign == 0;
            case "Less" -> sign < 0;
            case "LessOrEqual" -> sign <= 0;
            case "Greater" -> sign > 0;
            case "GreaterOrEqual" -> sign >= 0;
            default -> throw new IllegalArgumentException(operator + " compares nothing");
          };
      result.integers()[i] = holds ? 1 : 0;
    }
    return result;
  }

  OnnxArray and(OnnxArray a, OnnxArray b) {
    return binary(a, b, null, (x, y) -> x & y);
  }

  OnnxArray or(OnnxArray a, OnnxArray b) {
    return binary(a, b, null, (x, y) -> x | y);
  }

  OnnxArray not(OnnxArray a) {
    OnnxArray result = work.zeros(OnnxArray.Type.BOOLEAN, a.shape());
    Arrays.setAll(result.integers(), i -> 1 - a.integers()[i]);
    return result;
  }

  OnnxArray where(OnnxArray condition, OnnxArray yes, OnnxArray no) {
    int[] shape = broadcast(condition.shape(), broadcast(yes.shape(), no.shape()));
    OnnxShaping shaping = new OnnxShaping(work);
    long[] chosen = shaping.expand(condition, shape).integers();
    OnnxArray ifTrue = shaping.expand(yes, shape);
    OnnxArray result = shaping.expand(no, shape);
    if (ifTrue.type() != result.type()) {
      throw new IllegalArgumentException("its inputs do not fit each other");
    }
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i] != 0) {
        System.arraycopy(ifTrue.elements(), i, result.elements(), i, 1);
      }
    }
    return result;
  }

  OnnxArray map(OnnxArray a, DoubleUnaryOperator function) {
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, a.shape());
    float[] values = a.floats();
    for (int i = 0; i < values.length; i++) {
      result.floats()[i] = (float) function.applyAsDouble(values[i]);
    }
    return result;
  }

  OnnxArray negate(OnnxArray a) {
    OnnxArray zero = work.zeros(a.type());
    return subtract(zero, a);
  }

  OnnxArray isNaN(OnnxArray a) {
    OnnxArray result = work.zeros(OnnxArray.Type.BOOLEAN, a.shape());
    Arrays.setAll(result.integers(), i -> Float.isNaN(a.floats()[i]) ? 1 : 0);
    return result;
  }

  OnnxArray cast(OnnxArray a, OnnxArray.Type to) {
    if (a.type() == to) {
      return a;
    }
    if (to == OnnxArray.Type.FLOAT) {
      return toFloats(a);
    }
    OnnxArray result = work.zeros(to, a.shape());
    for (int i = 0; i < a.size(); i++) {
      // Whatever is not 0 is true, also what would be cut to 0; else the fraction is cut off.
      boolean zero = a.isFloat() ? a.floats()[i] == 0 : a.integers()[i] == 0;
      long cut = a.isFloat() ? (long) a.floats()[i] : a.integers()[i];
      result.integers()[i] = to == OnnxArray.Type.BOOLEAN ? (zero ? 0 : 1) : cut;
    }
    return result;
  }

  /** Over the last axes from this one on, taken together. */
  OnnxArray softmax(OnnxArray a, int firstAxis) {
    int length = OnnxArray.product(a.shape(), firstAxis, a.rank());
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, a.shape());
    float[] from = a.floats();
    float[] to = result.floats();
    for (int start = 0; start < from.length; start += length) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = start; i < start + length; i++) {
        largest = Math.max(largest, from[i]);
      }
      double sum = 0;
      for (int i = start; i < start + length; i++) {
        to[i] = (float) Math.exp(from[i] - largest);
        sum += to[i];
      }
      for (int i = start; i < start + length; i++) {
        to[i] = (float) (to[i] / sum);
      }
    }
    return result;
  }

  /** Over the last axes from this one on, taken together. */
  OnnxArray layerNorm(OnnxArray a, OnnxArray weight, OnnxArray bias, int firstAxis, float eps) {
    int length = OnnxArray.product(a.shape(), firstAxis, a.rank());
    if (weight.size() != length || bias.size() != length) {
      throw new IllegalArgumentException("its inputs do not fit each other");
    }
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, a.shape());
    float[] from = a.floats();
    float[] to = result.floats();
    for (int start = 0; start < from.length; start += length) {
      double mean = 0;
      for (int i = start; i < start + length; i++) {
        mean += from[i] / (double) length;
      }
      double variance = 0;
      for (int i = start; i < start + length; i++) {
        variance += (from[i] - mean) * (from[i] - mean) / length;
      }
      double deviation = Math.sqrt(variance + eps);
      for (int i = 0; i < length; i++) {
        double normal = (from[start + i] - mean) / deviation;
        to[start + i] = (float) (normal * weight.floats()[i] + bias.floats()[i]);
      }
    }
    return result;
  }

  /** ReduceMean, ReduceSum or ReduceL2; no axes mean all. */
  OnnxArray reduce(String operator, OnnxArray a, long[] axes, boolean keepsAxes) {
    int[] kept = a.shape();
    for (int i = 0; i < Math.max(axes.length, axes.length == 0 ? kept.length : 0); i++) {
      kept[axes.length == 0 ? i : OnnxArray.axis(axes[i], kept.length)] = 1;
    }
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, kept);
    double[] sums = new double[result.size()];
    int[] steps = steps(kept, a.shape());
    int[] shape = a.shape();
    float[] values = a.floats();
    for (int source = 0; source < values.length; source++) {
      int target = 0;
      int rest = source;
      for (int i = shape.length - 1; i >= 0; i--) {
        target += rest % shape[i] * steps[i];
        rest /= shape[i];
      }
      double value = values[source];
      sums[target] += operator.equals("ReduceL2") ? value * value : value;
    }
    double count = (double) values.length / Math.max(1, sums.length);
    for (int i = 0; i < sums.length; i++) {
      double value = operator.equals("ReduceMean") ? sums[i] / count : sums[i];
      result.floats()[i] = (float) (operator.equals("ReduceL2") ? Math.sqrt(value) : value);
    }
    long[] all = new long[kept.length];
    Arrays.setAll(all, i -> i);
    OnnxShaping shaping = new OnnxShaping(work);
    if (keepsAxes) {
      return result;
    }
    return axes.length == 0 ? result.reshaped() : shaping.squeeze(result, axes);
  }

  /** Sums of all integers up to each, along an axis. */
  OnnxArray sumsSoFar(OnnxArray a, long axis) {
    int at = OnnxArray.axis(axis, a.rank());
    int inner = OnnxArray.product(a.shape(), at + 1, a.rank());
    OnnxArray result = work.zeros(OnnxArray.Type.INTEGER, a.shape());
    for (int i = 0; i < a.size(); i++) {
      boolean first = i / inner % a.shape()[at] == 0;
      result.integers()[i] = a.integers()[i] + (first ? 0 : result.integers()[i - inner]);
    }
    return result;
  }

  /** The shape of two that are stretched to each other where one has size 1. */
  static int[] broadcast(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int left = i <= a.length ? a[a.length - i] : 1;
      int right = i <= b.length ? b[b.length - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException(
            "shapes %s and %s do not fit each other"
                .formatted(Arrays.toString(a), Arrays.toString(b)));
      }
      shape[shape.length - i] = left == 1 ? right : left;
    }
    return shape;
  }

  /** How far to go in an array for a step along each axis of the shape that it is stretched to. */
  static int[] steps(int[] from, int[] to) {
    int[] steps = new int[to.length];
    int stride = 1;
    for (int i = 1; i <= from.length; i++) {
      int size = from[from.length - i];
      steps[to.length - i] = size == 1 ? 0 : stride;
      stride *= size;
    }
    return steps;
  }

  private OnnxArray binary(OnnxArray a, OnnxArray b, Floats floats, Integers integers) {
    if (a.type() != b.type() || (a.isFloat() ? floats == null : integers == null)) {
      throw new IllegalArgumentException("its inputs are %s and %s".formatted(a.type(), b.type()));
    }
    OnnxShaping shaping = new OnnxShaping(work);
    int[] shape = broadcast(a.shape(), b.shape());
    OnnxArray result = shaping.expand(a, shape);
    OnnxArray right = Arrays.equals(b.shape(), shape) ? b : shaping.expand(b, shape);
    for (int i = 0; i < result.size(); i++) {
      if (a.isFloat()) {
        result.floats()[i] = floats.apply(result.floats()[i], right.floats()[i]);
      } else {
        result.integers()[i] = integers.apply(result.integers()[i], right.integers()[i]);
      }
    }
    return result;
  }

  private OnnxArray toFloats(OnnxArray a) {
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, a.shape());
    for (int i = 0; i < a.size(); i++) {
      result.floats()[i] = a.integers()[i];
    }
    return result;
  }

  private static float sign(float a, float b) {
    if (Float.isNaN(a) || Float.isNaN(b)) {
      return Float.NaN;
    }
    return a == b ? 0 : a < b ? -1 : 1;
  }
}
