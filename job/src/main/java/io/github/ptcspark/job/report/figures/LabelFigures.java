package io.github.ptcspark.job.report.figures;

/**
 * The documents of one label.
 *
 * @param meanScore their mean score, 0 to 1
 * @param cost their FLOPs as a share of the unpruned model's
 */
public record LabelFigures(String label, long documents, double meanScore, double cost) {}
