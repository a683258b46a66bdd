package io.github.ptcspark.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.script.ProgramWeight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Hands weights to a loaded program, a block at a time: beside what the program holds there is one
 * block in memory, however large the model is.
 */
final class WeightTransfer {

  static final int BLOCK_BYTES = 1 << 20;

  private final PtSymbolBlock module;
  private final PtNDManager manager;

  /** PyTorch reads it in place. */
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  WeightTransfer(PtSymbolBlock module, PtNDManager manager) {
    this.module = module;
    this.manager = manager;
  }

  /** Hands all weights over, in their order. */
  void transfer(List<ProgramWeight> weights) {
    for (ProgramWeight weight : weights) {
      Shape shape = new Shape(weight.shape().stream().mapToLong(Integer::longValue).toArray());
      try (PtNDArray empty = manager.create(shape, DataType.FLOAT32);
          IValue array = IValue.from(empty)) {
        NativeRuntime.run(module, "add_weight", array).close();
      }
      long element = 0;
      for (FloatTensor part : weight.parts()) {
        fill(element, part);
        element += part.size();
      }
    }
  }

  private void fill(long element, FloatTensor part) {
    int bytes = Math.multiplyExact(part.size(), Float.BYTES);
    for (int from = 0; from < bytes; from += BLOCK_BYTES) {
      block.clear().limit(Math.min(BLOCK_BYTES, bytes - from));
      part.read(from, block);
      block.flip();
      int values = block.remaining() / Float.BYTES;
      try (PtNDArray array = manager.create(block, new Shape(values), DataType.FLOAT32);
          IValue first = IValue.from(element + from / Float.BYTES);
          IValue content = IValue.from(array)) {
        NativeRuntime.run(module, "fill", first, content).close();
      }
    }
  }
}
