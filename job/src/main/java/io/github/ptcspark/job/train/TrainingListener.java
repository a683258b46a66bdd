package io.github.ptcspark.job.train;

/** Hears how training goes on. */
public interface TrainingListener {

  /** A step is done. */
  void step(TrainingProgress progress);

  /** An epoch is done and validated. */
  void epoch(EpochReport report);

  /** Training ends early, with the best of the epochs that are done. */
  void diverged(Divergence divergence);
}
