package io.github.ptcspark.job.report.figures;

/**
 * Documents of about one length, in tokens that entered the model.
 *
 * @param from the least
 * @param to the most
 * @param cost their FLOPs as a share of the unpruned model's
 * @param meanMillis processing time of one, on average
 */
public record LengthFigures(long from, long to, long documents, double cost, double meanMillis) {}
