package io.github.ptcspark.job.output;

/** What a run does with an output that exists. */
public enum ExistingOutput {
  /** Add what is new to it. */
  EXTEND,
  /** Classify everything anew; replace it once that is complete. */
  REPLACE
}
