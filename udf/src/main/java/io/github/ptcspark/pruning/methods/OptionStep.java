package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Step;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/** A step that is a method and values of its options, and nothing else. It travels as its text. */
public abstract class OptionStep implements Step {

  private static final long serialVersionUID = 1L;

  private final transient Method method;
  private final transient OptionValues values;

  /**
   * A step.
   *
   * @param values of all options of the method; others are left out
   * @throws IllegalArgumentException if one is missing
   */
  OptionStep(Method method, OptionValues values) {
    this.method = method;
    this.values = values.only(method.options());
  }

  @Override
  public final Method method() {
    return method;
  }

  @Override
  public final OptionValues values() {
    return values;
  }

  /** The value of one of the method's options. */
  public final <T> T get(PolicyOption<T> option) {
    return values.get(option);
  }

  /** What a program does for a step that has no tensors. */
  static List<ProgramStep> program(String name, double... settings) {
    return List.of(new ProgramStep(name, Arrays.stream(settings).boxed().toList(), List.of()));
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof OptionStep that
        && method.equals(that.method)
        && values.equals(that.values);
  }

  @Override
  public final int hashCode() {
    return 31 * method.hashCode() + values.hashCode();
  }

  @Override
  public final String toString() {
    return "%s(%s)".formatted(method, values);
  }

  protected final Object writeReplace() {
    return new Written(toString());
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("A step travels as its text");
  }

  /** The text that stands for a step. */
  private record Written(String text) implements Serializable {

    private Object readResolve() {
      PruningPolicy policy = PolicyText.complete(text);
      return policy.steps().get(0);
    }
  }
}
