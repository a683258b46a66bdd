package io.github.ptcspark.script;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Policies as a program reads them, see {@code policy.py}; it has no other methods than theirs. */
public final class PolicyNumbers {

  private final EncoderShape encoder;
  private final List<PruningPolicy> policies;
  private final List<String> sources;
  private final TensorLayout layout;

  /**
   * The numbers of some policies.
   *
   * @param policies that replace the same layers, and whose tensors the bundle has
   */
  public PolicyNumbers(Bundle bundle, List<PruningPolicy> policies) {
    this.encoder = bundle.config().shape();
    this.policies = List.copyOf(policies);
    Set<String> used =
        policies.stream()
            .flatMap(policy -> policy.program(encoder).stream())
            .map(ProgramStep::program)
            .collect(Collectors.toSet());
    this.sources = Methods.programs().stream().filter(used::contains).toList();
    this.layout = TensorLayout.of(bundle, policies);
  }

  /** The names of the sources of their steps, which steps name by their places. */
  List<String> sources() {
    return sources;
  }

  /** The policies. */
  List<PruningPolicy> policies() {
    return policies;
  }

  /** The numbers of one of them. */
  public double[] of(PruningPolicy policy) {
    List<ProgramStep> steps = policy.program(encoder);
    List<Double> numbers = new ArrayList<>();
    numbers.add((double) steps.size());
    for (ProgramStep step : steps) {
      numbers.add((double) sources.indexOf(step.program()));
      numbers.add((double) layout.placeOf(step));
      numbers.add((double) step.settings().size());
      numbers.addAll(step.settings());
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * What each layer reads under them: 0 for one that is replaced, 1 where keys and values of all
   * rows are read, 2 where of some, 3 where either.
   */
  public long[] reads() {
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
