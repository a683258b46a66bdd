package io.github.ptcspark.pruning;

/**
 * A layer that turns the word pieces of a document into a fixed number of tokens, after which there
 * are no others.
 *
 * @param layer that is replaced, counted from 1
 * @param tokens how many it leaves
 * @param carried how many tokens follow the word pieces of a document in the layers before it
 */
public record Combination(int layer, int tokens, int carried) {}
