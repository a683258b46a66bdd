package io.github.ptcspark.bundle.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The operators of ONNX that move elements and compute none, after <a
 * href="https://onnx.ai/onnx/operators/">the specification</a>. All throw {@link
 * IllegalArgumentException} or {@link IndexOutOfBoundsException} where inputs do not fit.
 */
final class OnnxShaping {

  private final OnnxWork work;

  OnnxShaping(OnnxWork work) {
    this.work = work;
  }

  OnnxArray shape(OnnxArray data, long start, long end) {
    int from = clip(start < 0 ? start + data.rank() : start, data.rank());
    int to = clip(end < 0 ? end + data.rank() : end, data.rank());
    int[] sizes = Arrays.copyOfRange(data.shape(), from, Math.max(from, to));
    return OnnxArray.integers(
        new int[] {sizes.length}, Arrays.stream(sizes).asLongStream().toArray());
  }

  /**
   * -1 takes what is left.
   *
   * @param zeroKeeps whether 0 keeps an axis; else it is a size
   */
  OnnxArray reshape(OnnxArray data, OnnxArray target, boolean zeroKeeps) {
    int[] to = target.ints();
    int open = -1;
    int known = 1;
    for (int i = 0; i < to.length; i++) {
      if (to[i] == 0 && zeroKeeps) {
        to[i] = data.shape()[i];
      }
      if (to[i] == -1 && open < 0) {
        open = i;
      } else {
        known = Math.multiplyExact(known, to[i]);
      }
    }
    if (open >= 0) {
      to[open] = data.size() / known;
    }
    return data.reshaped(to);
  }

  OnnxArray flatten(OnnxArray data, long axis) {
    int split = axis == data.rank() ? data.rank() : OnnxArray.axis(axis, data.rank());
    int rows = OnnxArray.product(data.shape(), 0, split);
    return data.reshaped(rows, OnnxArray.product(data.shape(), split, data.rank()));
  }

  OnnxArray unsqueeze(OnnxArray data, long[] axes) {
    int rank = data.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (long axis : axes) {
      added[OnnxArray.axis(axis, rank)] = true;
    }
    int[] to = new int[rank];
    int next = 0;
    for (int i = 0; i < rank; i++) {
      to[i] = added[i] ? 1 : data.shape()[next++];
    }
    return data.reshaped(to);
  }

  /** No axes mean all of size 1. */
  OnnxArray squeeze(OnnxArray data, long[] axes) {
    int[] shape = data.shape();
    boolean[] dropped = new boolean[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dropped[i] = axes.length == 0 && shape[i] == 1;
    }
    for (long axis : axes) {
      dropped[OnnxArray.axis(axis, shape.length)] = true;
    }
    List<Integer> to = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      if (!dropped[i]) {
        to.add(shape[i]);
      }
    }
    return data.reshaped(to.stream().mapToInt(Integer::intValue).toArray());
  }

  /** No permutation means the axes in the opposite order. */
  OnnxArray transpose(OnnxArray data, long[] permutation) {
    int rank = data.rank();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = permutation.length == 0 ? rank - 1 - i : OnnxArray.axis(permutation[i], rank);
    }
    if (Arrays.stream(order).distinct().count() != rank
        || (permutation.length != 0 && permutation.length != rank)) {
      throw new IllegalArgumentException("perm is " + Arrays.toString(permutation));
    }
    int[] strides = strides(data.shape());
    int[] shape = new int[rank];
    int[] steps = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = data.shape()[order[i]];
      steps[i] = strides[order[i]];
    }
    return pick(data, shape, 0, steps);
  }

  /** Axes of size 1 are repeated. */
  OnnxArray expand(OnnxArray data, int[] target) {
    int[] shape = OnnxArithmetic.broadcast(data.shape(), target);
    return pick(data, shape, 0, OnnxArithmetic.steps(data.shape(), shape));
  }

  OnnxArray concat(List<OnnxArray> parts, long axis) {
    OnnxArray first = parts.get(0);
    int at = OnnxArray.axis(axis, first.rank());
    int[] shape = first.shape();
    shape[at] = 0;
    for (OnnxArray part : parts) {
      int[] other = part.shape();
      shape[at] = Math.addExact(shape[at], other[at]);
      other[at] = first.shape()[at];
      if (part.type() != first.type() || !Arrays.equals(other, first.shape())) {
        throw new IllegalArgumentException("its inputs do not fit each other");
      }
    }
    OnnxArray result = work.zeros(first.type(), shape);
    int rows = OnnxArray.product(shape, 0, at);
    int length = OnnxArray.product(shape, at, shape.length);
    int offset = 0;
    for (OnnxArray part : parts) {
      int block = OnnxArray.product(part.shape(), at, shape.length);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            part.elements(), row * block, result.elements(), row * length + offset, block);
      }
      offset += block;
    }
    return result;
  }

  /** Starts and ends count from the end where they are negative; both are cut to what is there. */
  OnnxArray slice(OnnxArray data, int[] starts, int[] ends, long[] axes, int[] steps) {
    int[] shape = data.shape();
    int[] strides = strides(data.shape());
    int offset = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = OnnxArray.axis(axes.length == 0 ? i : axes[i], data.rank());
      int step = steps.length == 0 ? 1 : steps[i];
      if (step < 1) {
        throw new IllegalArgumentException("a step is %s".formatted(step));
      }
      int size = data.shape()[axis];
      int from = clip(starts[i] < 0 ? (long) starts[i] + size : starts[i], size);
      int to = clip(ends[i] < 0 ? (long) ends[i] + size : ends[i], size);
      shape[axis] = from < to ? (to - from - 1) / step + 1 : 0;
      offset += from * strides[axis];
      strides[axis] *= step;
    }
    return pick(data, shape, offset, strides);
  }

  List<OnnxArray> split(OnnxArray data, int[] sizes, long axis) {
    int at = OnnxArray.axis(axis, data.rank());
    if (Arrays.stream(sizes).asLongStream().sum() != data.shape()[at]) {
      throw new IllegalArgumentException("split is " + Arrays.toString(sizes));
    }
    List<OnnxArray> parts = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      int[] starts = {from};
      parts.add(slice(data, starts, new int[] {from + size}, new long[] {at}, new int[0]));
      from += size;
    }
    return parts;
  }

  /** Blocks of an axis by their indices: of shape before the axis, of the indices, after it. */
  OnnxArray gather(OnnxArray data, OnnxArray indices, long axis) {
    int at = OnnxArray.axis(axis, data.rank());
    int[] from = data.shape();
    int before = at;
    int[] shape = new int[data.rank() - 1 + indices.rank()];
    System.arraycopy(from, 0, shape, 0, before);
    System.arraycopy(indices.shape(), 0, shape, before, indices.rank());
    System.arraycopy(from, at + 1, shape, before + indices.rank(), data.rank() - at - 1);
    OnnxArray result = work.zeros(data.type(), shape);
    int block = OnnxArray.product(from, at + 1, from.length);
    int rows = OnnxArray.product(from, 0, at);
    int target = 0;
    for (int row = 0; row < rows; row++) {
      for (long index : indices.integers()) {
        int source = (row * from[at] + OnnxArray.axis(index, from[at])) * block;
        System.arraycopy(data.elements(), source, result.elements(), target, block);
        target += block;
      }
    }
    return result;
  }

  /** Each element of the result comes from the place of its index, but for the axis. */
  OnnxArray gatherElements(OnnxArray data, OnnxArray indices, long axis) {
    int at = OnnxArray.axis(axis, data.rank());
    int[] shape = indices.shape();
    for (int i = 0; i < data.rank(); i++) {
      if (indices.rank() != data.rank() || (i != at && shape[i] > data.shape()[i])) {
        throw new IllegalArgumentException("its inputs do not fit each other");
      }
    }
    OnnxArray result = work.zeros(data.type(), shape);
    int[] strides = strides(data.shape());
    for (int target = 0; target < result.size(); target++) {
      int rest = target;
      int source = 0;
      for (int i = shape.length - 1; i >= 0; i--) {
        int place =
            i == at
                ? OnnxArray.axis(indices.integers()[target], data.shape()[at])
                : rest % shape[i];
        source += place * strides[i];
        rest /= shape[i];
      }
      System.arraycopy(data.elements(), source, result.elements(), target, 1);
    }
    return result;
  }

  OnnxArray constantOfShape(int[] shape, OnnxArray value) {
    return expand(value.reshaped(), shape);
  }

  OnnxArray range(long start, long limit, long step) {
    if (step == 0) {
      throw new IllegalArgumentException("the step is 0");
    }
    double length = Math.max(0, Math.ceil(((double) limit - start) / step));
    OnnxArray result = work.zeros(OnnxArray.Type.INTEGER, (int) length);
    for (int i = 0; i < result.size(); i++) {
      result.integers()[i] = start + i * step;
    }
    return result;
  }

  /** Elements from an offset on, each axis with its own step through the source. */
  private OnnxArray pick(OnnxArray data, int[] shape, int offset, int[] steps) {
    OnnxArray result = work.zeros(data.type(), shape);
    int[] place = new int[shape.length];
    int source = offset;
    for (int target = 0; target < result.size(); target++) {
      if (data.isFloat()) {
        result.floats()[target] = data.floats()[source];
      } else {
        result.integers()[target] = data.integers()[source];
      }
      for (int i = shape.length - 1; i >= 0; i--) {
        source += steps[i];
        if (++place[i] < shape[i]) {
          break;
        }
        source -= steps[i] * shape[i];
        place[i] = 0;
      }
    }
    return result;
  }

  private static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  private static int clip(long value, int size) {
    return (int) Math.max(0, Math.min(size, value));
  }
}
