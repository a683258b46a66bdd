package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.tune.Target.Tested;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ComparePolicies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * How policies read the same documents, and how they are read in full. What would become of them if
 * those that are unsure were read again is computed from it: their answer is that in full, their
 * cost the sum of both.
 */
public final class Readings {

  /** What {@link #add} reads of the columns of {@link Comparison#label}. */
  public static final List<String> COLUMNS =
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

  private final Map<String, Map<Long, Reading>> readings = new HashMap<>();
  private final boolean withTruth;
  private String problem = "";

  /**
   * Readings, none so far.
   *
   * @param withTruth whether documents without a true label are left out
   */
  public Readings(boolean withTruth) {
    this.withTruth = withTruth;
  }

  /**
   * Adds how documents were read.
   *
   * @param rows of {@link #COLUMNS}
   */
  public void add(List<Row> rows) {
    for (Row row : rows) {
      String way = row.getString(1);
      Map<Long, Reading> documents = readings.computeIfAbsent(way, none -> new HashMap<>());
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
        if (way.equals(ComparePolicies.IN_FULL)) {
          problem = row.getStruct(5).getString(1);
        }
      }
    }
  }

  /** Whether documents were read under a policy. */
  boolean has(PruningPolicy policy) {
    return readings.containsKey(policy.toString());
  }

  /** Documents that get a label in full. */
  int labelled() {
    return (int) inFull().values().stream().filter(Reading::isLabelled).count();
  }

  private Map<Long, Reading> inFull() {
    return readings.getOrDefault(ComparePolicies.IN_FULL, Map.of());
  }

  private Map<Long, Reading> under(PruningPolicy policy) {
    return readings.get(policy.toString());
  }

  /** Why none gets one; nothing if one does. */
  Optional<String> problem() {
    if (labelled() > 0) {
      return Optional.empty();
    }
    return Optional.of(
        problem.isEmpty()
            ? "none of the documents has a true label"
            : "in full the model labels no document (%s)".formatted(problem));
  }

  /** The scores under a policy and the label in full of documents that get a label both times. */
  List<Answer> answers(PruningPolicy policy) {
    Map<Long, Reading> full = inFull();
    return under(policy).entrySet().stream()
        .filter(entry -> entry.getValue().isLabelled() && full.get(entry.getKey()).isLabelled())
        .map(entry -> new Answer(entry.getValue().scores(), full.get(entry.getKey()).labelId()))
        .toList();
  }

  /**
   * How a policy reads a document.
   *
   * @param scores of all classes
   * @param label in full
   */
  record Answer(List<Float> scores, int label) {}

  /** What becomes of the documents that get a label in full. */
  Tested tested(Contender candidate) {
    return tested(under(candidate.read()), candidate.searched());
  }

  private Tested tested(Map<Long, Reading> pruned, Optional<Escalation> escalation) {
    int documents = 0;
    int disagreements = 0;
    int lost = 0;
    int won = 0;
    for (Map.Entry<Long, Reading> entry : inFull().entrySet()) {
      Reading full = entry.getValue();
      if (full.isLabelled()) {
        Reading last = last(pruned.get(entry.getKey()), full, escalation);
        documents++;
        disagreements += last.labelId() == full.labelId() ? 0 : 1;
        lost += full.right() && !last.right() ? 1 : 0;
        won += last.right() && !full.right() ? 1 : 0;
      }
    }
    return new Tested(documents, disagreements, lost, won);
  }

  /**
   * How far scores are from those in full: the mean total variation distance, in [0, 1], where that
   * of a document without a label is 1.
   */
  double distance(Contender candidate) {
    Map<Long, Reading> pruned = under(candidate.read());
    double sum = 0;
    int documents = 0;
    for (Map.Entry<Long, Reading> entry : inFull().entrySet()) {
      Reading full = entry.getValue();
      if (full.isLabelled()) {
        Reading last = last(pruned.get(entry.getKey()), full, candidate.searched());
        sum += last.isLabelled() ? distance(last.scores(), full.scores()) : 1;
        documents++;
      }
    }
    return sum / documents;
  }

  private static double distance(List<Float> scores, List<Float> others) {
    double sum = 0;
    for (int i = 0; i < scores.size(); i++) {
      sum += Math.abs(scores.get(i) - others.get(i));
    }
    return sum / 2;
  }

  /** What is to be said of a candidate. */
  PolicyFigures figures(Contender candidate) {
    return figures(candidate.policy().toString(), under(candidate.read()), candidate.searched());
  }

  /** The same of what candidates are measured by. */
  PolicyFigures figuresInFull() {
    return figures(ComparePolicies.IN_FULL, inFull(), Optional.empty());
  }

  private PolicyFigures figures(
      String name, Map<Long, Reading> pruned, Optional<Escalation> escalation) {
    Map<Long, Reading> full = inFull();
    int labelled = 0;
    double kept = 0;
    double read = 0;
    double flops = 0;
    double dense = 0;
    double millis = 0;
    for (Map.Entry<Long, Reading> entry : pruned.entrySet()) {
      Reading last = last(entry.getValue(), full.get(entry.getKey()), escalation);
      if (last.isLabelled()) {
        labelled++;
        kept += last.tokensKept();
        read += last.tokensRead();
        flops += last.flops();
        dense += last.flopsDense();
        millis += last.millis();
      }
    }
    Tested tested = tested(pruned, escalation);
    int compared = tested.documents();
    double millisInFull =
        full.values().stream().filter(Reading::isLabelled).mapToDouble(Reading::millis).sum();
    return new PolicyFigures(
        name,
        labelled,
        pruned.size() - labelled,
        compared - tested.disagreements(),
        compared,
        0,
        0,
        kept / read,
        flops / dense,
        millis / labelled,
        millisInFull / compared / (millis / labelled));
  }

  /** The reading that counts; one that escalates to a reading which fails is none. */
  private static Reading last(Reading pruned, Reading full, Optional<Escalation> escalation) {
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
