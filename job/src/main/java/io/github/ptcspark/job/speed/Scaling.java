package io.github.ptcspark.job.speed;

/**
 * Threads that share a model.
 *
 * @param threads how many
 * @param documents a second, all of them together, from text to scores
 * @param times as many as one thread
 */
public record Scaling(int threads, double documents, double times) {}
