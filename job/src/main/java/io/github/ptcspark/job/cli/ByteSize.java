package io.github.ptcspark.job.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts {@code 500000}, {@code 64k}, {@code 64m} and {@code 1g} to bytes. */
final class ByteSize implements ITypeConverter<Long> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})([kmg]?)b?");

  @Override
  public Long convert(String value) {
    Matcher matcher = FORM.matcher(value.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'%s' is no size, such as 64m or 1g".formatted(value));
    }
    int shift = 10 * (1 + "kmg".indexOf(matcher.group(2)));
    return Long.parseLong(matcher.group(1)) << (matcher.group(2).isEmpty() ? 0 : shift);
  }
}
