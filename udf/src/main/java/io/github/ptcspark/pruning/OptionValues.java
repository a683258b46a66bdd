package io.github.ptcspark.pruning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values of options, in the order in which they were given. */
public final class OptionValues {

  private final Map<PolicyOption<?>, Object> values;

  private OptionValues(Map<PolicyOption<?>, Object> values) {
    this.values = values;
  }

  /** No values. */
  public static OptionValues none() {
    return new OptionValues(new LinkedHashMap<>());
  }

  /**
   * These values and one more.
   *
   * @throws IllegalArgumentException if the option does not take it
   */
  public <T> OptionValues with(PolicyOption<T> option, T value) {
    Map<PolicyOption<?>, Object> more = new LinkedHashMap<>(values);
    more.put(option, option.check(value));
    return new OptionValues(more);
  }

  /** These values, and others where these have none. */
  public OptionValues or(OptionValues others) {
    Map<PolicyOption<?>, Object> all = new LinkedHashMap<>(others.values);
    all.putAll(values);
    return new OptionValues(all);
  }

  /** Whether there is a value. */
  public boolean has(PolicyOption<?> option) {
    return values.containsKey(option);
  }

  /**
   * A value.
   *
   * @throws IllegalArgumentException if there is none
   */
  public <T> T get(PolicyOption<T> option) {
    return find(option).orElseThrow(() -> new IllegalArgumentException(option.key() + ": missing"));
  }

  /** A value, if there is one. */
  @SuppressWarnings("unchecked") // with() takes values of the option's type only
  public <T> Optional<T> find(PolicyOption<T> option) {
    return Optional.ofNullable((T) values.get(option));
  }

  /**
   * The values of some options alone, in their order.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public OptionValues only(List<PolicyOption<?>> options) {
    Map<PolicyOption<?>, Object> some = new LinkedHashMap<>();
    options.forEach(option -> some.put(option, get(option)));
    return new OptionValues(some);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptionValues that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The options that have values. */
  public List<PolicyOption<?>> options() {
    return List.copyOf(values.keySet());
  }

  /** As in {@code keep-ratio=0.9, scope=tokens}. */
  @Override
  public String toString() {
    return values.keySet().stream().map(this::text).collect(Collectors.joining(", "));
  }

  private <T> String text(PolicyOption<T> option) {
    return option.key() + "=" + option.write(get(option));
  }
}
