package io.github.ptcspark.job.train;

/**
 * A document whose class is known.
 *
 * @param text the document
 * @param label name of its class
 */
public record LabelledDocument(String text, String label) {}
