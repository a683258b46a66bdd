package io.github.ptcspark.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.List;

/**
 * What each token did for a label: gradient times input, {@code sum_k x_k dz / dx_k}, where z is
 * the label's logit and x the token's row of the word embeddings (the {@code inputs_embeds} of
 * transformers). All in fp32, with the policy's pruning and combining: which tokens go and which
 * are combined are decisions, which have no gradient.
 */
public final class Saliency implements AutoCloseable {

  /** A name that DJL takes for the method to run instead of for an argument. */
  private static final String METHOD = "module_method:saliency";

  private final LoadedProgram program;
  private final PruningPolicy policy;

  private Saliency(LoadedProgram program, PruningPolicy policy) {
    this.program = program;
    this.policy = policy;
  }

  /**
   * Loads a bundle.
   *
   * @param bundle a bundle with a classifier
   * @param policy the bundle's own or one that needs the same tensors
   */
  public static Saliency load(Bundle bundle, PruningPolicy policy) {
    return new Saliency(LoadedProgram.loadUnpacked(bundle, List.of(policy)), policy);
  }

  /**
   * The saliency of every token.
   *
   * @param ids [CLS] and [SEP] included
   * @param label a label id
   */
  public float[] of(long[] ids, int label) {
    // DJL closes the inputs and outputs with their manager. It differentiates only in this form.
    try (NDManager scope = program.manager().newSubManager()) {
      NDArray method = scope.create(0);
      method.setName(METHOD);
      NDList inputs =
          new NDList(
              scope.create(ids),
              scope.create(new long[] {ids.length}),
              scope.create(new long[] {label}),
              program.policy(scope, policy),
              method);
      return NativeRuntime.train(program.module(), inputs).singletonOrThrow().toFloatArray();
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
