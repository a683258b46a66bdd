package io.github.ptcspark.oracle;

/**
 * What a step of a policy does to a document, written from the formulas of its paper. Every method
 * has a class of its own.
 */
interface StepOracle {

  /** Before the first layer. */
  default void begin(OracleDocument document) {}

  /** Whether it takes the place of a layer, counted from 1. */
  default boolean replaces(int layer) {
    return false;
  }

  /** Does what it does in the place of that layer. */
  default void replace(OracleDocument document) {
    throw new UnsupportedOperationException("This step replaces no layer");
  }

  /** Between the attention of a layer and the rest of it. */
  default void afterAttention(OracleDocument document, LayerAttention attention) {}
}
