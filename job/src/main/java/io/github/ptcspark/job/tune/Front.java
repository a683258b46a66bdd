package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The candidates of a {@link Target}: policies, as they are and with escalations that are worth a
 * try, that no other and no reading in full beats in both speed and agreement.
 */
public final class Front {

  private final Map<PolicyFigures, Contender> candidates;

  private Front(Map<PolicyFigures, Contender> candidates) {
    this.candidates = candidates;
  }

  /**
   * The front of some policies.
   *
   * @param policies to choose from
   * @param readings of some documents, under all of them and in full
   * @param escalating whether documents whose answer is unsure may be read again
   */
  public static Front of(List<PruningPolicy> policies, Readings readings, boolean escalating) {
    return of(policies, readings, escalating, UnaryOperator.identity());
  }

  /**
   * The same with given speeds.
   *
   * @param measured what is taken for the measured figures of a policy
   */
  static Front of(
      List<PruningPolicy> policies,
      Readings readings,
      boolean escalating,
      UnaryOperator<PolicyFigures> measured) {
    Map<PolicyFigures, Contender> contenders = new LinkedHashMap<>();
    for (PruningPolicy policy : policies) {
      List<Contender> variants =
          escalating
              ? Contender.of(policy, readings.answers(policy))
              : List.of(Contender.of(policy));
      variants.forEach(one -> contenders.put(measured.apply(readings.figures(one)), one));
    }
    PolicyFigures inFull = measured.apply(readings.figuresInFull());
    List<PolicyFigures> all = new ArrayList<>(contenders.keySet());
    all.add(inFull);
    Map<PolicyFigures, Contender> candidates = new LinkedHashMap<>();
    for (PolicyFigures figures : PolicyFigures.front(all)) {
      if (!figures.equals(inFull)) {
        candidates.put(figures, contenders.get(figures));
      }
    }
    return new Front(candidates);
  }

  /** Whether reading in full beats all of them. */
  boolean isEmpty() {
    return candidates.isEmpty();
  }

  /** What was measured of them, from the safest to the fastest. */
  public List<PolicyFigures> figures() {
    return List.copyOf(candidates.keySet());
  }

  /** The policy of a candidate as a model is to have it. */
  PruningPolicy policy(PolicyFigures candidate) {
    return candidates.get(candidate).policy();
  }

  /** The policy under which documents are read for it. */
  PruningPolicy read(PolicyFigures candidate) {
    return candidates.get(candidate).read();
  }

  /**
   * What becomes of documents under a candidate.
   *
   * @param readings of the documents, under its policy and in full
   */
  public Target.Tested tested(PolicyFigures candidate, Readings readings) {
    return readings.tested(candidates.get(candidate));
  }
}
