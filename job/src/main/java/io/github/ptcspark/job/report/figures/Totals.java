package io.github.ptcspark.job.report.figures;

/**
 * Sums over all documents of an output.
 *
 * @param documents all of them
 * @param labelled those with a label
 * @param truncated those of which something was not read
 * @param escalated those that were read again in full
 * @param tokensRead tokens that entered the model
 * @param tokensKept tokens alive after the last pruning
 * @param flops floating-point operations of the encoder
 * @param flopsDense those of the unpruned encoder
 * @param millis processing time of all documents on one task
 * @param medianMillis half of the labelled documents took less, about
 * @param slowMillis one labelled document in a hundred took longer, about
 * @param medianScore half of the labelled documents have a lower score, about
 */
public record Totals(
    long documents,
    long labelled,
    long truncated,
    long escalated,
    long tokensRead,
    long tokensKept,
    double flops,
    double flopsDense,
    double millis,
    double medianMillis,
    double slowMillis,
    double medianScore) {

  /** Documents without a label. */
  public long rejected() {
    return documents - labelled;
  }

  /** FLOPs as a share of the unpruned model's; 1 if there are none. */
  public double cost() {
    return flopsDense == 0 ? 1 : flops / flopsDense;
  }

  /** Documents a second of one task; 0 without documents. */
  public double documentsPerSecond() {
    return millis == 0 ? 0 : 1000 * documents / millis;
  }

  /** Tokens kept as a share of those read; 1 if none were read. */
  public double shareKept() {
    return tokensRead == 0 ? 1 : (double) tokensKept / tokensRead;
  }
}
