package io.github.ptcspark.inference;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.script.LinearLayersProgram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The linear layers of an encoder alone, on made-up weights and inputs: what they take is the least
 * that a document can take without pruning.
 */
public final class LinearLayers implements AutoCloseable {

  private final Model model;
  private final EncoderShape shape;

  private LinearLayers(Model model, EncoderShape shape) {
    this.model = model;
    this.shape = shape;
  }

  /**
   * Makes the layers.
   *
   * @param shape of the encoder
   * @param maxTokens the most tokens that are run at once
   */
  public static LinearLayers load(EncoderShape shape, int maxTokens, Precision precision) {
    NativeRuntime.load();
    Model model = Model.newInstance("linear-layers", Device.cpu(), NativeRuntime.ENGINE);
    try {
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      LinearLayersProgram.write(archive);
      model.load(new ByteArrayInputStream(archive.toByteArray()));
      try (IValue layers = IValue.from((long) shape.layers());
          IValue hidden = IValue.from((long) shape.hidden());
          IValue intermediate = IValue.from((long) shape.intermediate());
          IValue tokens = IValue.from((long) maxTokens);
          IValue arithmetic =
              IValue.from((long) Arithmetic.of(Precisions.fastestHere(precision)).code())) {
        PtSymbolBlock module = (PtSymbolBlock) model.getBlock();
        NativeRuntime.run(module, "prepare", layers, hidden, intermediate, tokens, arithmetic)
            .close();
      }
      return new LinearLayers(model, shape);
    } catch (IOException | ai.djl.MalformedModelException | EngineException e) {
      model.close();
      throw new BundleException("Cannot load the linear layers: " + e.getMessage(), e);
    }
  }

  /** Runs the layers of the whole encoder on so many tokens. */
  public void run(int tokens) {
    PtSymbolBlock module = (PtSymbolBlock) model.getBlock();
    try (IValue count = IValue.from((long) tokens)) {
      NativeRuntime.run(module, "forward", count).close();
    }
  }

  /** Floating-point operations of {@link #run}, two for a multiply-add. */
  public long flops(int tokens) {
    long hidden = shape.hidden();
    return 2L * shape.layers() * tokens * (4 * hidden * hidden + 2 * hidden * shape.intermediate());
  }

  @Override
  public void close() {
    model.close();
  }
}
