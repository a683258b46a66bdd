package io.github.ptcspark.pruning;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** A method with values of its options, as a policy uses it. */
public interface Step extends Serializable {

  /** What it is a step of. */
  Method method();

  /** The values of all options of the method, in their order. */
  OptionValues values();

  /** As texts have it, such as {@code combining(combining-layer=7, combination-tokens=8)}. */
  @Override
  String toString();

  /**
   * Checks this step against an encoder.
   *
   * @throws IllegalArgumentException if the encoder has too few layers for it
   */
  void checkAgainst(EncoderShape encoder);

  /**
   * Checks this step against the layer of its policy after which there are no word pieces.
   *
   * @throws IllegalArgumentException if it would find none
   */
  default void checkAgainst(Combination combination) {}

  /**
   * What the program does.
   *
   * @param combination the layer of the policy after which there are no word pieces, if it has one
   */
  List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination);

  /** The first layer in which some tokens have a query without key and value, if there is one. */
  default Optional<Integer> keysAndValuesPrunedFrom() {
    return Optional.empty();
  }

  /** The layer that it replaces, if it does. */
  default Optional<Combination> combination() {
    return Optional.empty();
  }

  /** When a document is to be read again in full, if this step says so. */
  default Optional<Escalation> escalation() {
    return Optional.empty();
  }

  /** Whether a document may lose tokens before its words are combined. */
  boolean prunes();

  /** What a model that was trained with this step cannot do without; absent if it needs nothing. */
  default Optional<Step> trained() {
    return Optional.empty();
  }

  /**
   * Floating-point operations beyond those of encoder layers.
   *
   * @param combination as in {@link #program}
   * @param work of one document
   */
  default long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    return 0;
  }
}
