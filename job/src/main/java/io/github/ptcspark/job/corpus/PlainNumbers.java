package io.github.ptcspark.job.corpus;

import java.math.BigDecimal;

/** Floating-point numbers as people write them: 12345678.0 and not 1.2345678E7. */
final class PlainNumbers {

  private PlainNumbers() {}

  /** A number with all its digits and at least one behind the point; NaN and infinity by name. */
  static String of(double number) {
    return Double.isFinite(number) ? plain(Double.toString(number)) : Double.toString(number);
  }

  /** The same for a number of less precision. */
  static String of(float number) {
    return Float.isFinite(number) ? plain(Float.toString(number)) : Float.toString(number);
  }

  private static String plain(String shortest) {
    if (shortest.indexOf('E') < 0) {
      return shortest;
    }
    String plain = new BigDecimal(shortest).toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }
}
