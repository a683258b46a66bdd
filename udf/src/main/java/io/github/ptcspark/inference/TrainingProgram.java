package io.github.ptcspark.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.script.WeightLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The TorchScript program of a bundle in training, with the optimiser's state beside the weights.
 * All is in fp32 but for products in another {@link TrainingPrecision}. It belongs to one thread.
 *
 * <p>A step is one native call: the documents go through the program with its pruning active,
 * cross-entropy is differentiated, with what steps of the policy lose beside it, and AdamW
 * (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019; beta 0.9 and 0.999) changes
 * the weights. The moments of a word embedding change only in steps that read the word, as in
 * PyTorch's {@code SparseAdam}.
 */
public final class TrainingProgram implements AutoCloseable {

  /** A name that DJL takes for the method to run instead of for an argument. */
  private static final String STEP = "module_method:train_step";

  private final Bundle bundle;
  private final PruningPolicy policy;
  private final LoadedProgram program;

  private TrainingProgram(Bundle bundle, LoadedProgram program) {
    this.bundle = bundle;
    this.policy = bundle.settings().policy();
    this.program = program;
  }

  /**
   * Loads a bundle for training under its own policy.
   *
   * @param bundle a bundle with a classifier and with every tensor that its policy needs
   * @param precision of the products of linear layers, forward and backward
   * @param seed of dropout and of the Gumbel noise of combining; the generator is the one of this
   *     JVM
   */
  public static TrainingProgram load(Bundle bundle, TrainingPrecision precision, long seed) {
    PruningPolicy policy = bundle.settings().policy();
    LoadedProgram program = LoadedProgram.loadUnpacked(bundle, List.of(policy, policy.trained()));
    if (precision == TrainingPrecision.BF16) {
      NativeRuntime.run(program.module(), "multiply_in_bf16").close();
    }
    JniUtils.setSeed(seed);
    return new TrainingProgram(bundle, program);
  }

  /**
   * Changes the weights by one step on the mean cross-entropy of some documents.
   *
   * @param documents token ids of each, [CLS] and [SEP] included
   * @param labels the label id of each
   * @return the loss before the change
   */
  public float step(List<long[]> documents, int[] labels, StepSettings settings) {
    long[] ids = documents.stream().flatMapToLong(Arrays::stream).toArray();
    long[] lengths = documents.stream().mapToLong(document -> document.length).toArray();
    long[] targets = Arrays.stream(labels).asLongStream().toArray();
    double[] numbers = {
      settings.rate(), settings.weightDecay(), settings.largestNorm(), settings.dropout()
    };
    // DJL closes the inputs and outputs with their manager. It differentiates only in this form.
    try (NDManager scope = program.manager().newSubManager()) {
      NDArray method = scope.create(0);
      method.setName(STEP);
      NDList inputs =
          new NDList(
              scope.create(ids),
              scope.create(lengths),
              scope.create(targets),
              scope.create(numbers),
              program.policy(scope, policy),
              program.policy(scope, policy.trained()),
              method);
      return NativeRuntime.train(program.module(), inputs).singletonOrThrow().getFloat();
    }
  }

  /** Runs documents as inference in fp32 does, without dropout and noise. */
  public ProgramOutput run(List<long[]> documents) {
    return program.run(documents);
  }

  /** A copy of the weights as they are now, under the bundle's names. */
  public Weights weights() {
    List<FloatTensor> tensors = new ArrayList<>();
    try (IValue list = NativeRuntime.run(program.module(), "parameters")) {
      for (PtNDArray tensor : list.toTensorArray(program.manager())) {
        try (tensor) {
          int[] shape =
              Arrays.stream(tensor.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
          tensors.add(new FloatTensor(shape, tensor.toByteBuffer(false)));
        }
      }
    }
    WeightLayout layout = new WeightLayout(bundle, List.of(policy));
    return new Weights("the trained model", layout.named(tensors));
  }

  @Override
  public void close() {
    program.close();
  }
}
