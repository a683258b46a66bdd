package io.github.ptcspark.pruning;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * An option of a {@link Method}: its name in texts, the values that it takes, and which it has
 * where nobody names one.
 *
 * @param <T> the type of its values
 */
public final class PolicyOption<T> {

  private final String key;
  private final Values<T> values;
  private final Standard<T> standard;
  private final Optional<T> untrained;
  private final String help;

  private PolicyOption(
      String key, Values<T> values, Standard<T> standard, Optional<T> untrained, String help) {
    this.key = key;
    this.values = values;
    this.standard = standard;
    this.untrained = untrained;
    this.help = help;
  }

  private static <T> PolicyOption<T> of(String key, Values<T> values, T standard, String help) {
    return new PolicyOption<>(
        key,
        values,
        new Standard<>(Optional.of(standard), encoder -> standard, values.writer.apply(standard)),
        Optional.empty(),
        help);
  }

  /** A number above {@code low}, at most {@code high}. */
  public static PolicyOption<Double> number(
      String key, double standard, double low, double high, String help) {
    return of(
        key,
        new Values<>(
            text -> new BigDecimal(text).doubleValue(),
            PolicyOption::text,
            value -> value > low && value <= high,
            "above %s, at most %s".formatted(text(low), text(high))),
        standard,
        help);
  }

  /** A number from {@code low} to {@code high}. */
  public static PolicyOption<Double> between(
      String key, double standard, double low, double high, String help) {
    return of(
        key,
        new Values<>(
            text -> new BigDecimal(text).doubleValue(),
            PolicyOption::text,
            value -> value >= low && value <= high,
            "from %s to %s".formatted(text(low), text(high))),
        standard,
        help);
  }

  /** A whole number from {@code low} on. */
  public static PolicyOption<Integer> integer(String key, int standard, int low, String help) {
    return of(
        key,
        new Values<>(Integer::valueOf, String::valueOf, value -> value >= low, "at least " + low),
        standard,
        help);
  }

  /**
   * A layer, counted from 1.
   *
   * @param standard what it is where nobody names it
   * @param description the same in words
   */
  public static PolicyOption<Integer> layer(
      String key, Function<EncoderShape, Integer> standard, String description, String help) {
    return new PolicyOption<>(
        key,
        new Values<>(Integer::valueOf, String::valueOf, value -> value >= 1, "at least 1"),
        new Standard<>(Optional.empty(), standard, description),
        Optional.empty(),
        help);
  }

  /** One of some constants, by their {@code toString}. */
  public static <E extends Enum<E>> PolicyOption<E> choice(String key, E standard, String help) {
    E[] constants = standard.getDeclaringClass().getEnumConstants();
    return of(
        key,
        new Values<>(
            text ->
                Arrays.stream(constants)
                    .filter(constant -> constant.toString().equals(text))
                    .findFirst()
                    .orElseThrow(IllegalArgumentException::new),
            E::toString,
            value -> true,
            Arrays.stream(constants).map(E::toString).collect(Collectors.joining(", "))),
        standard,
        help);
  }

  /** Layers that prune; the first is at least 2, because scores come from the layer before. */
  public static PolicyOption<LayerRange> layers(String key, LayerRange standard, String help) {
    return of(
        key,
        new Values<>(
            LayerRange::parse,
            LayerRange::toString,
            range -> range.first() >= 2,
            "such as 2..6, 2.. or 4; 2 or later"),
        standard,
        help);
  }

  /**
   * What a model is trained with and keeps: a whole number, or none.
   *
   * @param low the least number beside none, which is 0 in programs
   * @param standard what it is where training does not name it
   * @param description the same in words
   */
  public static PolicyOption<Integer> trained(
      String key,
      int low,
      int high,
      Function<EncoderShape, Integer> standard,
      String description,
      String help) {
    return new PolicyOption<>(
        key,
        new Values<>(
            text -> text.equals("none") ? 0 : positive(text),
            value -> value == 0 ? "none" : Integer.toString(value),
            value -> value == 0 || (value >= low && value <= high),
            high == Integer.MAX_VALUE
                ? "at least %s, or none".formatted(low)
                : "%s to %s, or none".formatted(low, high)),
        new Standard<>(Optional.empty(), standard, description),
        Optional.of(0),
        help);
  }

  private static Integer positive(String text) {
    int value = Integer.parseInt(text);
    if (value == 0) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /** Its name in texts. */
  public String key() {
    return key;
  }

  /** What it is for, in a sentence. */
  public String help() {
    return help;
  }

  /** Its values in words. */
  public String range() {
    return values.range;
  }

  /** What it is where nobody names it, in words. */
  public String standard() {
    return standard.text;
  }

  /** What it is where nobody names it. */
  public T standard(EncoderShape encoder) {
    return standard.value.apply(encoder);
  }

  /** The same, if it is one value for all encoders. */
  public Optional<T> constant() {
    return standard.constant;
  }

  /** Its value in models that were trained without; absent if changing it needs no training. */
  public Optional<T> untrained() {
    return untrained;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if it is none, with the key and what it may be
   */
  public T read(String text) {
    T value;
    try {
      value = values.reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(text);
    }
    return check(value);
  }

  /**
   * A value that this option takes.
   *
   * @throws IllegalArgumentException if it does not
   */
  public T check(T value) {
    if (!values.check.test(value)) {
      throw invalid(values.writer.apply(value));
    }
    return value;
  }

  /** A value as {@link #read} takes it. */
  public String write(T value) {
    return values.writer.apply(value);
  }

  private IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("Invalid %s: %s (%s)".formatted(key, text, values.range));
  }

  private static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /** What values there are and how they are written. */
  private record Values<T>(
      Function<String, T> reader, Function<T, String> writer, Predicate<T> check, String range) {}

  /** What an option is where nobody names it. */
  private record Standard<T>(Optional<T> constant, Function<EncoderShape, T> value, String text) {}
}
