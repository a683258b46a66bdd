/**
 * A model on disk and in memory: configuration, labels, tokenizer, weights, pruning policy and
 * provenance; reading, writing and importing it.
 */
package io.github.ptcspark.bundle;
