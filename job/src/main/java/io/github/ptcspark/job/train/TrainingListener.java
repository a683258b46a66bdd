package io.github.ptcspark.job.train;

/** Hears how training goes on. */
public interface TrainingListener {

  /** A step is done. */
  void step(TrainingProgress progress);

  /** An epoch is done and validated. */
  void epoch(EpochReport report);
}
