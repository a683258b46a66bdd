package io.github.ptcspark.job.run;

/**
 * Documents that were classified as a run does and in full.
 *
 * @param documents all of them
 * @param disagreements those with another label, or none with pruning
 */
public record Audited(long documents, long disagreements) {}
