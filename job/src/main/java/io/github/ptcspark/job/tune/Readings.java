package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.tune.Target.Tested;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.spark.ClassifiedSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * How policies read the same documents. What would become of them if those that are unsure were
 * read again in full is computed from it: their answer is that of the unpruned model, their cost
 * the sum of both.
 */
final class Readings {

  /** What {@link #add} reads of the columns of {@link Comparison#label}. */
  static final List<String> COLUMNS =
      List.of(
          Sample.NUMBER,
          Comparison.POLICY,
          "label_id",
          "scores",
          "status",
          "error",
          "tokens_kept",
          "millis",
          "stats",
          "label",
          Sample.TRUTH);

  private final PruningPolicy unpruned;
  private final Map<PruningPolicy, Map<Long, Reading>> readings = new HashMap<>();
  private final boolean withTruth;
  private String problem = "";

  /**
   * Readings, none so far.
   *
   * @param unpruned the policy that others are compared with
   * @param withTruth whether documents without a true label are left out
   */
  Readings(PruningPolicy unpruned, boolean withTruth) {
    this.unpruned = unpruned;
    this.withTruth = withTruth;
  }

  /**
   * Adds how documents were read.
   *
   * @param policies all whose texts occur
   * @param rows of {@link #COLUMNS}
   */
  void add(List<PruningPolicy> policies, List<Row> rows) {
    Map<String, PruningPolicy> byText = new HashMap<>();
    policies.forEach(policy -> byText.put(policy.toString(), policy));
    for (Row row : rows) {
      PruningPolicy policy = byText.get(row.getString(1));
      Map<Long, Reading> documents = readings.computeIfAbsent(policy, none -> new HashMap<>());
      if (withTruth && row.isNullAt(10)) {
        continue;
      }
      if (row.getString(4).equals(ClassifiedSchema.OK)) {
        Row statistics = row.getStruct(8);
        documents.put(
            row.getLong(0),
            new Reading(
                row.getInt(2),
                row.getList(3),
                row.getInt(6),
                statistics.<Integer>getAs("tokens_read"),
                statistics.<Long>getAs("flops"),
                statistics.<Long>getAs("flops_dense"),
                row.getDouble(7),
                row.getString(9).equals(row.getString(10))));
      } else {
        documents.put(row.getLong(0), Reading.REJECTED);
        if (policy.equals(unpruned)) {
          problem = row.getStruct(5).getString(1);
        }
      }
    }
  }

  /** Whether documents were read under a policy. */
  boolean has(PruningPolicy policy) {
    return readings.containsKey(policy);
  }

  /** Documents that the unpruned model labels. */
  int labelled() {
    return (int)
        readings.getOrDefault(unpruned, Map.of()).values().stream()
            .filter(Reading::isLabelled)
            .count();
  }

  /** Why it labels none; nothing if it labels one. */
  Optional<String> problem() {
    if (labelled() > 0) {
      return Optional.empty();
    }
    return Optional.of(
        problem.isEmpty()
            ? "none of the documents has a true label"
            : "without pruning the model labels no document (%s)".formatted(problem));
  }

  /**
   * The scores that a policy and the label that the unpruned model gives to documents that both
   * label.
   */
  List<Answer> answers(PruningPolicy policy) {
    Map<Long, Reading> full = readings.get(unpruned);
    return readings.get(policy).entrySet().stream()
        .filter(entry -> entry.getValue().isLabelled() && full.get(entry.getKey()).isLabelled())
        .map(entry -> new Answer(entry.getValue().scores(), full.get(entry.getKey()).labelId()))
        .toList();
  }

  /**
   * How a policy reads a document.
   *
   * @param scores of all classes
   * @param label the unpruned model's
   */
  record Answer(List<Float> scores, int label) {}

  /** What becomes of the documents that the unpruned model labels. */
  Tested tested(Contender candidate) {
    int documents = 0;
    int disagreements = 0;
    int lost = 0;
    int won = 0;
    for (Map.Entry<Long, Reading> entry : readings.get(unpruned).entrySet()) {
      Reading full = entry.getValue();
      if (full.isLabelled()) {
        Reading last = last(readings.get(candidate.read()).get(entry.getKey()), full, candidate);
        documents++;
        disagreements += last.labelId() == full.labelId() ? 0 : 1;
        lost += full.right() && !last.right() ? 1 : 0;
        won += last.right() && !full.right() ? 1 : 0;
      }
    }
    return new Tested(documents, disagreements, lost, won);
  }

  /** What is to be said of a candidate. */
  PolicyFigures figures(Contender candidate) {
    Map<Long, Reading> full = readings.get(unpruned);
    Map<Long, Reading> pruned = readings.get(candidate.read());
    int labelled = 0;
    double kept = 0;
    double read = 0;
    double flops = 0;
    double dense = 0;
    double millis = 0;
    for (Map.Entry<Long, Reading> entry : pruned.entrySet()) {
      Reading last = last(entry.getValue(), full.get(entry.getKey()), candidate);
      if (last.isLabelled()) {
        labelled++;
        kept += last.tokensKept();
        read += last.tokensRead();
        flops += last.flops();
        dense += last.flopsDense();
        millis += last.millis();
      }
    }
    Tested tested = tested(candidate);
    int compared = tested.documents();
    double ofUnpruned =
        full.values().stream().filter(Reading::isLabelled).mapToDouble(Reading::millis).sum();
    return new PolicyFigures(
        candidate.policy().toString(),
        labelled,
        pruned.size() - labelled,
        compared - tested.disagreements(),
        compared,
        0,
        0,
        kept / read,
        flops / dense,
        millis / labelled,
        ofUnpruned / compared / (millis / labelled));
  }

  /** The reading that counts; one that escalates to a reading which fails is none. */
  private static Reading last(Reading pruned, Reading full, Contender candidate) {
    Optional<Escalation> escalation = candidate.searched();
    if (escalation.isEmpty()
        || !pruned.isLabelled()
        || !escalation.get().isUnsure(pruned.scores())) {
      return pruned;
    }
    return full.isLabelled() ? pruned.escalatedTo(full) : Reading.REJECTED;
  }

  /**
   * A document as a policy reads it.
   *
   * @param labelId negative if it is rejected
   * @param right whether it is the true label
   */
  private record Reading(
      int labelId,
      List<Float> scores,
      int tokensKept,
      int tokensRead,
      double flops,
      double flopsDense,
      double millis,
      boolean right) {

    static final Reading REJECTED = new Reading(-1, List.of(), 0, 0, 0, 0, 0, false);

    boolean isLabelled() {
      return labelId >= 0;
    }

    Reading escalatedTo(Reading full) {
      return new Reading(
          full.labelId,
          full.scores,
          tokensKept,
          tokensRead,
          flops + full.flops,
          flopsDense,
          millis + full.millis,
          full.right);
    }
  }
}
