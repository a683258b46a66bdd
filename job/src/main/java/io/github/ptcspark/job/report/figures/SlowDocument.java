package io.github.ptcspark.job.report.figures;

/**
 * A document that took long.
 *
 * @param id its id, cut off where it is very long
 * @param outcome its label, or the code of the reason why it has none
 * @param tokens tokens that entered the model; 0 if none did
 */
public record SlowDocument(String id, String outcome, long tokens, double millis) {}
