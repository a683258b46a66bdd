package io.github.ptcspark.pruning;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a model reduces the tokens of a document while it reads it: steps that work one after
 * another. Its text is {@code none} or, for example, {@code ratio(keep-ratio=0.9, ...)}, where
 * several steps are joined by {@code +}.
 *
 * @param steps in their order
 */
public record PruningPolicy(List<Step> steps) implements Serializable {

  /** Every layer works on every token: plain BERT. */
  public static final PruningPolicy NONE = new PruningPolicy(List.of());

  /** Copies the list and checks that the steps go together. */
  public PruningPolicy {
    steps = List.copyOf(steps);
    Set<Method> methods = new HashSet<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (!methods.add(step.method())) {
        throw new IllegalArgumentException(
            "Invalid policy: %s is there twice".formatted(step.method()));
      }
      for (Step later : steps.subList(i + 1, steps.size())) {
        if (step.combination().isPresent() && later.escalation().isEmpty()) {
          throw new IllegalArgumentException(
              "Invalid policy: %s cannot follow %s, which leaves no words"
                  .formatted(later.method(), step.method()));
        }
        if (step.escalation().isPresent()) {
          throw new IllegalArgumentException(
              "Invalid policy: %s cannot follow %s, which is about what all steps lead to"
                  .formatted(later.method(), step.method()));
        }
      }
    }
    List<Step> pruning = steps.stream().filter(Step::prunes).toList();
    if (pruning.size() > 1) {
      throw new IllegalArgumentException(
          "Invalid policy: %s and %s both prune (only one can, before words are combined)"
              .formatted(pruning.get(0).method(), pruning.get(1).method()));
    }
    for (Step step : steps) {
      for (Step combining : steps) {
        combining.combination().ifPresent(step::checkAgainst);
      }
    }
  }

  /** A policy of these steps. */
  public static PruningPolicy of(Step... steps) {
    return new PruningPolicy(List.of(steps));
  }

  /** The layer that turns words into a fixed number of tokens, if there is one. */
  public Optional<Combination> combination() {
    return steps.stream().flatMap(step -> step.combination().stream()).findFirst();
  }

  /**
   * The last layer that sees word pieces, counted from 1; after it there are combination tokens
   * only.
   *
   * @param layers of the encoder
   */
  public int lastWordLayer(int layers) {
    return combination().map(Combination::layer).orElse(layers);
  }

  /** Whether a document may lose tokens before its words are combined. */
  public boolean prunes() {
    return steps.stream().anyMatch(Step::prunes);
  }

  /**
   * When a document is to be read again, in full: under {@link #trained} alone, or by another model
   * that reads it so.
   */
  public Optional<Escalation> escalation() {
    return steps.stream().flatMap(step -> step.escalation().stream()).findFirst();
  }

  /** The same that reads every document once. */
  public PruningPolicy withoutEscalation() {
    return new PruningPolicy(steps.stream().filter(step -> step.escalation().isEmpty()).toList());
  }

  /** Whether tokens may have a query without key and value. */
  public boolean prunesKeysAndValues() {
    return steps.stream().anyMatch(step -> step.keysAndValuesPrunedFrom().isPresent());
  }

  /**
   * Whether that may be so in a layer.
   *
   * @param layer counted from 1
   */
  public boolean prunesKeysAndValues(int layer) {
    return layer < lastWordLayer(layer + 1)
        && steps.stream()
            .flatMap(step -> step.keysAndValuesPrunedFrom().stream())
            .anyMatch(first -> first <= layer);
  }

  /** What remains without what needs no training. */
  public PruningPolicy trained() {
    return new PruningPolicy(steps.stream().flatMap(step -> step.trained().stream()).toList());
  }

  /** What the program does, step by step. */
  public List<ProgramStep> program(EncoderShape encoder) {
    return steps.stream().flatMap(step -> step.program(encoder, combination()).stream()).toList();
  }

  /** The trained tensors of all steps, in the order in which the program reads them. */
  public List<StepTensor> tensors(EncoderShape encoder) {
    return program(encoder).stream().flatMap(step -> step.tensors().stream()).toList();
  }

  /** The values of the options of all steps. */
  public OptionValues values() {
    OptionValues values = OptionValues.none();
    for (Step step : steps) {
      values = values.or(step.values());
    }
    return values;
  }

  /**
   * Checks this policy against an encoder.
   *
   * @throws IllegalArgumentException if the encoder has too few layers for it
   */
  public void checkAgainst(EncoderShape encoder) {
    steps.forEach(step -> step.checkAgainst(encoder));
  }

  /**
   * Checks that the same weights do not read documents again as they have read them before.
   *
   * @throws IllegalArgumentException if they do
   */
  public void requirePruningBeforeEscalation() {
    if (escalation().isPresent() && !prunes()) {
      throw new IllegalArgumentException(
          "Invalid policy: nothing prunes before escalation, which reads documents without pruning,"
              + " and no full model stands beside this one (ptc calibrate --reference)");
    }
  }

  /** Whether a layer of an encoder is replaced. */
  public boolean replaces(int layer) {
    return combination().filter(combination -> combination.layer() == layer).isPresent();
  }

  @Override
  public String toString() {
    return steps.isEmpty()
        ? "none"
        : steps.stream().map(Step::toString).collect(Collectors.joining(" + "));
  }
}
