package io.github.ptcspark.inference;

/**
 * How one training step goes.
 *
 * @param rate the learning rate
 * @param weightDecay decoupled weight decay of matrices; biases and normalisations do not decay
 * @param largestNorm the gradient of all weights together is shortened to this norm
 * @param dropout share of activations dropped after the embeddings, each sublayer and the pooling
 */
public record StepSettings(double rate, double weightDecay, double largestNorm, double dropout) {}
