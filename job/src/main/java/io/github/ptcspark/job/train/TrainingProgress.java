package io.github.ptcspark.job.train;

/**
 * Where training stands after a step.
 *
 * @param epoch the current epoch, counted from 1
 * @param epochs all epochs
 * @param documents training documents read so far, in all epochs
 * @param allDocuments training documents to read, in all epochs
 * @param loss mean cross-entropy of the last steps
 */
public record TrainingProgress(
    int epoch, int epochs, long documents, long allDocuments, double loss) {}
