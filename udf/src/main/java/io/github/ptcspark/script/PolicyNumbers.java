package io.github.ptcspark.script;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Methods;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A policy as the program reads it, see {@code policy.py}. */
public final class PolicyNumbers {

  private PolicyNumbers() {}

  /**
   * The numbers of a policy.
   *
   * @param bundle that has its tensors
   */
  public static double[] of(Bundle bundle, PruningPolicy policy) {
    List<String> programs = Methods.programs();
    List<ProgramStep> steps = policy.program(bundle.config().shape());
    int offset = TensorLayout.of(bundle, policy).firstOfSteps();
    List<Double> numbers = new ArrayList<>();
    numbers.add((double) steps.size());
    for (ProgramStep step : steps) {
      numbers.add((double) programs.indexOf(step.program()));
      numbers.add((double) offset);
      numbers.add((double) step.settings().size());
      numbers.addAll(step.settings());
      offset += step.tensors().size();
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * What each layer reads under some policies with the same tensors: 0 for one that is replaced, 1
   * where keys and values of all rows are read, 2 where of some, 3 where either.
   */
  public static long[] reads(EncoderShape encoder, Collection<PruningPolicy> policies) {
    long[] reads = new long[encoder.layers()];
    for (int layer = 1; layer <= reads.length; layer++) {
      for (PruningPolicy policy : policies) {
        if (!policy.replaces(layer)) {
          reads[layer - 1] |= policy.prunesKeysAndValues(layer) ? 2 : 1;
        }
      }
    }
    return reads;
  }
}
