package io.github.ptcspark.inference;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.script.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The TorchScript program of a bundle in native memory. Threads may share it: a call changes
 * nothing.
 */
public final class LoadedProgram implements AutoCloseable {

  private final Model model;
  private final PtSymbolBlock module;
  private final PtNDManager manager;
  private final int layers;

  private LoadedProgram(Model model, int layers) {
    this.model = model;
    this.module = (PtSymbolBlock) model.getBlock();
    this.manager = (PtNDManager) model.getNDManager();
    this.layers = layers;
  }

  /**
   * Loads a program on the processor.
   *
   * @throws BundleException if PyTorch refuses the program
   */
  public static LoadedProgram load(Bundle bundle, ModelSettings settings) {
    return load(bundle, settings, Placement.CPU);
  }

  /**
   * Loads a program and brings its weights into the form that the wanted precision reads.
   *
   * @throws BundleException if PyTorch refuses the program or has no such GPU
   */
  public static LoadedProgram load(Bundle bundle, ModelSettings settings, Placement placement) {
    Optional<String> lack =
        placement.gpu().isPresent() ? NativeRuntime.lackOfGpu() : Optional.empty();
    if (lack.isPresent()) {
      throw new BundleException(
          "Cannot load the model onto %s: %s".formatted(placement, lack.get()));
    }
    LoadedProgram program = loadUnpacked(bundle, settings);
    try {
      program.convert(settings.precision(), placement);
      return program;
    } catch (EngineException e) {
      program.close();
      throw new BundleException("Cannot load the model: " + e.getMessage(), e);
    }
  }

  /** Loads a program with its fp32 weights as they are, for training. */
  static LoadedProgram loadUnpacked(Bundle bundle, ModelSettings settings) {
    NativeRuntime.load();
    Model model = Model.newInstance("ptc", Device.cpu(), NativeRuntime.ENGINE);
    try {
      Program program = new Program(bundle, settings.policy());
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      program.write(archive);
      model.load(new ByteArrayInputStream(archive.toByteArray()));
      LoadedProgram loaded = new LoadedProgram(model, bundle.config().shape().layers());
      new WeightTransfer(loaded.module, loaded.manager).transfer(program.weights());
      return loaded;
    } catch (IOException | ai.djl.MalformedModelException | EngineException e) {
      model.close();
      throw new BundleException("Cannot load the model: " + e.getMessage(), e);
    }
  }

  /**
   * Runs documents.
   *
   * @param documents token ids of each, [CLS] and [SEP] included
   */
  public ProgramOutput run(List<long[]> documents) {
    try (IValue ids = packed(documents);
        IValue lengths = lengths(documents);
        IValue result = NativeRuntime.run(module, "forward", ids, lengths)) {
      IValue[] parts = result.toIValueTuple();
      try (IValue logits = parts[0];
          IValue alive = parts[1];
          IValue used = parts[2];
          PtNDArray values = logits.toTensor(manager)) {
        return new ProgramOutput(
            documents.size(),
            layers,
            values.toFloatArray(),
            alive.toLongArray(),
            used.toLongArray());
      }
    }
  }

  /**
   * The encoder's output tokens, of all documents one after another, {@code [rows * hidden]}.
   *
   * @param documents token ids of each, [CLS] and [SEP] included
   */
  public float[] outputs(List<long[]> documents) {
    try (IValue ids = packed(documents);
        IValue lengths = lengths(documents);
        IValue result = NativeRuntime.run(module, "outputs", ids, lengths);
        PtNDArray values = result.toTensor(manager)) {
      return values.toFloatArray();
    }
  }

  @Override
  public void close() {
    model.close();
  }

  PtSymbolBlock module() {
    return module;
  }

  PtNDManager manager() {
    return manager;
  }

  private void convert(Precision precision, Placement placement) {
    String method = precision == Precision.FP16 ? "to_half" : "pack";
    try (IValue argument =
        precision == Precision.FP16
            ? IValue.from((long) placement.gpu().orElse(-1))
            : IValue.from(precision == Precision.INT8)) {
      NativeRuntime.run(module, method, argument).close();
    }
  }

  private static IValue packed(List<long[]> documents) {
    if (documents.size() == 1) {
      return IValue.listFrom(documents.get(0));
    }
    return IValue.listFrom(documents.stream().flatMapToLong(java.util.Arrays::stream).toArray());
  }

  private static IValue lengths(List<long[]> documents) {
    return IValue.listFrom(documents.stream().mapToLong(ids -> ids.length).toArray());
  }
}
