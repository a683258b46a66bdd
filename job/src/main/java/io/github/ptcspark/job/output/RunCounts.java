package io.github.ptcspark.job.output;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an output holds, counted from its Parquet: tasks that were tried again count once.
 *
 * @param labels documents by label, every label that occurs
 * @param rejects rejected documents by code
 * @param truncated documents of which something was not read
 * @param escalated documents that were read again in full
 * @param audited documents that were classified in full too
 * @param disagreements documents among them that got another label so, or none with pruning
 * @param tokensRead tokens that entered the model
 * @param tokensKept tokens alive after the last pruning
 * @param flops floating-point operations of the encoder, which may be too many for a long
 * @param flopsDense those of the unpruned encoder
 * @param millis processing time of all documents
 */
public record RunCounts(
    Map<String, Long> labels,
    Map<String, Long> rejects,
    long truncated,
    long escalated,
    long audited,
    long disagreements,
    long tokensRead,
    long tokensKept,
    double flops,
    double flopsDense,
    double millis) {

  /** Nothing. */
  public static final RunCounts NONE = new RunCounts(Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Copies the maps. */
  public RunCounts {
    labels = new TreeMap<>(labels);
    rejects = new TreeMap<>(rejects);
  }

  /** All documents. */
  public long documents() {
    return labelled() + rejected();
  }

  /** Documents with a label. */
  public long labelled() {
    return sumOf(labels);
  }

  /** Documents without a label. */
  public long rejected() {
    return sumOf(rejects);
  }

  /** FLOPs as a share of the unpruned model's; 1 if there are none. */
  public double cost() {
    return flopsDense == 0 ? 1 : flops / flopsDense;
  }

  /** Share of the labelled documents that were read again; 0 if there are none. */
  public double escalatedShare() {
    return labelled() == 0 ? 0 : (double) escalated / labelled();
  }

  /** These and others together. */
  public RunCounts plus(RunCounts others) {
    return new RunCounts(
        together(labels, others.labels),
        together(rejects, others.rejects),
        truncated + others.truncated,
        escalated + others.escalated,
        audited + others.audited,
        disagreements + others.disagreements,
        tokensRead + others.tokensRead,
        tokensKept + others.tokensKept,
        flops + others.flops,
        flopsDense + others.flopsDense,
        millis + others.millis);
  }

  private static Map<String, Long> together(Map<String, Long> some, Map<String, Long> others) {
    Map<String, Long> sum = new TreeMap<>(some);
    others.forEach((name, count) -> sum.merge(name, count, Long::sum));
    return sum;
  }

  private static long sumOf(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
