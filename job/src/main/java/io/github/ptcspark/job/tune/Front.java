package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The candidates of a {@link Target}: policies, as they are and with escalations that are worth a
 * try, that no other and no reading in full beats in both speed and safety. Of two candidates the
 * one that agrees more often is safer; of two that agree equally often, which on a part of a sample
 * are many, the one whose scores are closer to those in full. So where a bold candidate agrees by
 * luck there are careful ones before it.
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
    PolicyFigures inFull = measured.apply(readings.figuresInFull());
    List<Measured> all = new ArrayList<>();
    for (PruningPolicy policy : policies) {
      List<Contender> variants =
          escalating
              ? Contender.of(policy, readings.answers(policy))
              : List.of(Contender.of(policy));
      for (Contender one : variants) {
        all.add(new Measured(one, measured.apply(readings.figures(one)), readings.distance(one)));
      }
    }
    Map<PolicyFigures, Contender> candidates = new LinkedHashMap<>();
    all.stream()
        .filter(one -> one.figures().labelsAny() && one.figures().speedUp() > inFull.speedUp())
        .filter(one -> all.stream().noneMatch(one::isBeatenBy))
        .sorted(Comparator.comparingDouble(one -> one.figures().speedUp()))
        .forEach(one -> candidates.put(one.figures(), one.contender()));
    return new Front(candidates);
  }

  /**
   * A candidate.
   *
   * @param figures what was measured of it
   * @param distance of its scores from those in full
   */
  private record Measured(Contender contender, PolicyFigures figures, double distance) {

    private static final Comparator<Measured> BY_SAFETY =
        Comparator.comparingDouble((Measured one) -> one.figures().agreement())
            .thenComparing(Comparator.comparingDouble(Measured::distance).reversed());

    boolean isBeatenBy(Measured other) {
      int safer = BY_SAFETY.compare(other, this);
      double faster = other.figures.speedUp() - figures.speedUp();
      return safer >= 0 && faster >= 0 && (safer > 0 || faster > 0);
    }
  }

  /** Whether reading in full beats all of them. */
  public boolean isEmpty() {
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
