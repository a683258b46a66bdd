package io.github.ptcspark.job.tune;

import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Step;
import io.github.ptcspark.pruning.methods.Escalating;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A policy to choose from.
 *
 * @param read under which documents are read
 * @param searched when they are to be read again, where the policy itself says nothing of that
 */
record Contender(PruningPolicy read, Optional<Escalation> searched) {

  /** A policy as it is. */
  static Contender of(PruningPolicy policy) {
    return new Contender(policy, Optional.empty());
  }

  /**
   * A policy as it is, and with escalations that are worth a try.
   *
   * @param answers of the policy on some documents, which are read otherwise in full
   */
  static List<Contender> of(PruningPolicy policy, List<Readings.Answer> answers) {
    List<Contender> contenders = new ArrayList<>();
    contenders.add(of(policy));
    if (policy.escalation().isEmpty()) {
      Escalations.of(answers)
          .forEach(one -> contenders.add(new Contender(policy, Optional.of(one))));
    }
    return contenders;
  }

  /** The policy as a model is to have it. */
  PruningPolicy policy() {
    if (searched.isEmpty()) {
      return read;
    }
    List<Step> steps = new ArrayList<>(read.steps());
    steps.add(new Escalating(searched.get()));
    return new PruningPolicy(steps);
  }
}
