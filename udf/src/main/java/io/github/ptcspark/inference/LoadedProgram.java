package io.github.ptcspark.inference;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.script.PolicyNumbers;
import io.github.ptcspark.script.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TorchScript program of a bundle in native memory. Threads may share it: a call changes
 * nothing.
 */
public final class LoadedProgram implements AutoCloseable {

  private final Model model;
  private final PtSymbolBlock module;
  private final PtNDManager manager;
  private final Arithmetic arithmetic;
  private final PruningPolicy own;
  private final PolicyNumbers numbers;

  /** As the program reads them. */
  private final Map<PruningPolicy, double[]> policies = new HashMap<>();

  private LoadedProgram(
      Model model, List<PruningPolicy> policies, PolicyNumbers numbers, Arithmetic arithmetic) {
    this.model = model;
    this.arithmetic = arithmetic;
    this.module = (PtSymbolBlock) model.getBlock();
    this.manager = (PtNDManager) model.getNDManager();
    this.own = policies.get(0);
    this.numbers = numbers;
    policies.forEach(policy -> this.policies.put(policy, numbers.of(policy)));
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
   * @throws BundleException if PyTorch refuses the program or has no such GPU, or the processor
   *     lacks the precision
   */
  public static LoadedProgram load(Bundle bundle, ModelSettings settings, Placement placement) {
    return load(bundle, settings, placement, List.of());
  }

  /**
   * The same for several policies, between which documents can choose.
   *
   * @param others beside that of the settings; they replace the same layers
   */
  static LoadedProgram load(
      Bundle bundle, ModelSettings settings, Placement placement, List<PruningPolicy> others) {
    Processor processor = Processor.current();
    Precision exact = Precisions.fastestHere(settings.precision());
    Precisions.lack(exact, processor)
        .ifPresent(
            lack -> {
              throw new BundleException(
                  "Cannot load the model in %s: the processor (%s) lacks %s"
                      .formatted(exact, processor.name(), lack));
            });
    List<PruningPolicy> policies = new ArrayList<>(List.of(settings.policy()));
    policies.addAll(others);
    return load(bundle, policies, placement, Arithmetic.of(exact));
  }

  /** The same with an arithmetic whatever the settings say. */
  static LoadedProgram load(
      Bundle bundle, ModelSettings settings, Placement placement, Arithmetic arithmetic) {
    return load(bundle, List.of(settings.policy()), placement, arithmetic);
  }

  private static LoadedProgram load(
      Bundle bundle, List<PruningPolicy> policies, Placement placement, Arithmetic arithmetic) {
    Optional<String> lack =
        placement.gpu().isPresent() ? NativeRuntime.lackOfGpu() : Optional.empty();
    if (lack.isPresent()) {
      throw new BundleException(
          "Cannot load the model onto %s: %s".formatted(placement, lack.get()));
    }
    LoadedProgram program = load(bundle, policies, arithmetic);
    try {
      program.convert(placement);
      return program;
    } catch (EngineException e) {
      program.close();
      throw new BundleException("Cannot load the model: " + e.getMessage(), e);
    }
  }

  /**
   * Loads a program with its fp32 weights as they are, for training.
   *
   * @param policies that replace the same layers; the first is the one that it runs
   */
  static LoadedProgram loadUnpacked(Bundle bundle, List<PruningPolicy> policies) {
    return load(bundle, policies, Arithmetic.FP32);
  }

  private static LoadedProgram load(
      Bundle bundle, List<PruningPolicy> policies, Arithmetic arithmetic) {
    NativeRuntime.load();
    Model model = Model.newInstance("ptc", Device.cpu(), NativeRuntime.ENGINE);
    try {
      policies.forEach(policy -> policy.checkAgainst(bundle.config().shape()));
      PolicyNumbers numbers = new PolicyNumbers(bundle, policies);
      Program program = new Program(bundle, numbers);
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      program.write(archive);
      model.load(new ByteArrayInputStream(archive.toByteArray()));
      LoadedProgram loaded = new LoadedProgram(model, policies, numbers, arithmetic);
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
    return run(documents, own);
  }

  /**
   * Runs documents under one of the policies that the program was loaded for.
   *
   * @param documents token ids of each, [CLS] and [SEP] included
   */
  ProgramOutput run(List<long[]> documents, PruningPolicy policy) {
    try (IValue ids = packed(documents);
        IValue lengths = lengths(documents);
        IValue steps = IValue.listFrom(numbers(policy));
        IValue result = NativeRuntime.run(module, "forward", ids, lengths, steps)) {
      return output(documents.size(), result.toIValueTuple());
    }
  }

  /**
   * Runs one document.
   *
   * @param document token ids, [CLS] and [SEP] included
   * @param trace receives what the steps of the policy decide, in their order
   */
  ProgramOutput run(long[] document, List<Decision> trace, PruningPolicy policy) {
    try (IValue ids = IValue.listFrom(document);
        IValue lengths = IValue.listFrom(new long[] {document.length});
        IValue steps = IValue.listFrom(numbers(policy));
        IValue result = NativeRuntime.run(module, "traced", ids, lengths, steps)) {
      IValue[] parts = result.toIValueTuple();
      try (IValue decisions = parts[5];
          IValue layers = parts[6];
          IValue kinds = parts[7]) {
        long[] layer = layers.toLongArray();
        long[] kind = kinds.toLongArray();
        PtNDArray[] values = decisions.toTensorArray(manager);
        for (int i = 0; i < values.length; i++) {
          try (PtNDArray tensor = values[i]) {
            trace.add(Decision.of(layer[i], kind[i], tensor.toLongArray()));
          }
        }
        return output(1, parts);
      }
    }
  }

  private ProgramOutput output(int documents, IValue[] parts) {
    try (IValue logits = parts[0];
        IValue kept = parts[1];
        IValue rows = parts[2];
        IValue staying = parts[3];
        IValue used = parts[4];
        PtNDArray values = logits.toTensor(manager)) {
      return new ProgramOutput(
          documents,
          values.toFloatArray(),
          kept.toLongArray(),
          rows.toLongArray(),
          staying.toLongArray(),
          used.toLongArray());
    }
  }

  /**
   * The encoder's output tokens, of all documents one after another, {@code [rows * hidden]}.
   *
   * @param documents token ids of each, [CLS] and [SEP] included
   */
  public float[] outputs(List<long[]> documents) {
    return outputs(documents, own);
  }

  /** The same under one of the policies that the program was loaded for. */
  float[] outputs(List<long[]> documents, PruningPolicy policy) {
    try (IValue ids = packed(documents);
        IValue lengths = lengths(documents);
        IValue steps = IValue.listFrom(numbers(policy));
        IValue result = NativeRuntime.run(module, "outputs", ids, lengths, steps);
        PtNDArray values = result.toTensor(manager)) {
      return values.toFloatArray();
    }
  }

  /** See {@link Arithmetic#tokensAtOnce()}. */
  int tokensAtOnce() {
    return arithmetic.tokensAtOnce();
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

  /** A policy that the program was loaded for, for functions that take tensors only. */
  NDArray policy(NDManager scope, PruningPolicy policy) {
    return scope.create(numbers(policy));
  }

  private double[] numbers(PruningPolicy policy) {
    double[] found = policies.get(policy);
    if (found == null) {
      throw new IllegalArgumentException("The program was not loaded for policy " + policy);
    }
    return found;
  }

  private void convert(Placement placement) {
    if (arithmetic == Arithmetic.FP16) {
      try (IValue gpu = IValue.from((long) placement.gpu().orElse(-1))) {
        NativeRuntime.run(module, "to_half", gpu).close();
      }
      return;
    }
    try (IValue code = IValue.from((long) arithmetic.code());
        IValue reads = IValue.listFrom(numbers.reads());
        IValue steps = IValue.listFrom(numbers(own))) {
      NativeRuntime.run(module, "pack", code, reads, steps).close();
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
