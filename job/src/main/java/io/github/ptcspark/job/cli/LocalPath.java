package io.github.ptcspark.job.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts a file or directory on the disk of this machine; {@code hdfs:/...} would become one
 * there.
 */
final class LocalPath implements ITypeConverter<Path> {

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/");

  @Override
  public Path convert(String value) {
    if (SCHEME.matcher(value).lookingAt()) {
      throw new TypeConversionException(
          "'%s' is not on the disk of this machine, where it is to be written".formatted(value));
    }
    return Path.of(value);
  }
}
