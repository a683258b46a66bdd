/**
 * The slow, obvious twin of the model: BERT and its pruning on {@code double} arrays, written from
 * the formulas. One row of a matrix is one token.
 */
package io.github.ptcspark.oracle;
