package io.github.ptcspark.job.report.figures;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a policy keeps and costs on a sample. Under one that labels no document, shares and times
 * are not a number.
 *
 * @param policy its text
 * @param documents that got a label
 * @param rejected documents that got none
 * @param agreeing documents whose label is the unpruned model's
 * @param compared documents that the unpruned model labelled
 * @param right documents whose label is the true one
 * @param labelled documents that have a true label, and got one
 * @param tokensKept share of the tokens read that were kept in the layer that kept fewest
 * @param cost share of the unpruned model's FLOPs
 * @param millis of a document in one task, on average
 * @param speedUp how many times as fast as the unpruned model
 */
public record PolicyFigures(
    String policy,
    long documents,
    long rejected,
    long agreeing,
    long compared,
    long right,
    long labelled,
    double tokensKept,
    double cost,
    double millis,
    double speedUp) {

  /** Share of the unpruned model's labels that this policy gives too. */
  public double agreement() {
    return compared == 0 ? 0 : (double) agreeing / compared;
  }

  /** Share of the labels that are right; absent where no document has a true label. */
  public OptionalDouble accuracy() {
    return labelled == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right / labelled);
  }

  /** Whether another is at least as good in speed and agreement, and better in one of them. */
  public boolean isDominatedBy(PolicyFigures other) {
    return other.speedUp >= speedUp
        && other.agreement() >= agreement()
        && (other.speedUp > speedUp || other.agreement() > agreement());
  }

  /** Whether it labels a document. */
  public boolean labelsAny() {
    return documents > 0;
  }

  /** Those that no other of them dominates (the Pareto front), the slowest first. */
  public static List<PolicyFigures> front(List<PolicyFigures> policies) {
    return policies.stream()
        .filter(PolicyFigures::labelsAny)
        .filter(policy -> policies.stream().noneMatch(policy::isDominatedBy))
        .sorted(Comparator.comparingDouble(PolicyFigures::speedUp))
        .toList();
  }
}
