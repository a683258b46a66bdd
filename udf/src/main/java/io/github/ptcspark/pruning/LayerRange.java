package io.github.ptcspark.pruning;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layers of an encoder, counted from 1.
 *
 * @param first the first of them
 * @param last the last of them; {@link #END} for that of the encoder
 */
public record LayerRange(int first, int last) implements Serializable {

  /** In place of a last layer: up to the end of the encoder. */
  public static final int END = Integer.MAX_VALUE;

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})(\\.\\.([0-9]{1,6})?)?");

  /** Checks that there is a layer. */
  public LayerRange {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("Invalid layers: " + text(first, last));
    }
  }

  /** A layer and all that follow. */
  public static LayerRange from(int first) {
    return new LayerRange(first, END);
  }

  /**
   * Reads {@code 2..6}, {@code 2..} or {@code 4}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static LayerRange parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Invalid layers: " + text);
    }
    int first = Integer.parseInt(matcher.group(1));
    if (matcher.group(2) == null) {
      return new LayerRange(first, first);
    }
    String last = matcher.group(3);
    return new LayerRange(first, last == null ? END : Integer.parseInt(last));
  }

  /**
   * Checks them against an encoder.
   *
   * @throws IllegalArgumentException if it has none of them
   */
  public void checkAgainst(EncoderShape encoder) {
    if (first > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid layers: %s (the model has %s layers)".formatted(this, encoder.layers()));
    }
  }

  @Override
  public String toString() {
    return text(first, last);
  }

  private static String text(int first, int last) {
    if (first == last) {
      return Integer.toString(first);
    }
    return last == END ? first + ".." : first + ".." + last;
  }
}
