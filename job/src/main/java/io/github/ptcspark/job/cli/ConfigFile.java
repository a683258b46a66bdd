package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Options from a properties file: every option may stand there under its long name without the
 * dashes. The command line wins over the file.
 */
final class ConfigFile implements IDefaultValueProvider {

  static final String OPTION = "--config";

  private final Properties properties;

  private ConfigFile(Properties properties) {
    this.properties = properties;
  }

  /**
   * The options in the file that the arguments of a command name; none if they name no file.
   *
   * @throws ParameterException if the file cannot be read or has keys that are no options
   */
  static ConfigFile of(CommandLine command, List<String> arguments) {
    Properties properties = new Properties();
    String name = named(arguments);
    if (name != null) {
      Path file = Path.of(name);
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ParameterException(
            command,
            "Cannot read %s: %s"
                .formatted(
                    file, Files.exists(file) ? JobException.reason(e) : "it does not exist"));
      }
      refuseUnknownKeys(command, file, properties);
    }
    return new ConfigFile(properties);
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      String value = properties.getProperty(key(option));
      return value == null ? null : value.strip();
    }
    return null;
  }

  private static String named(List<String> arguments) {
    String name = null;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals(OPTION) && i + 1 < arguments.size()) {
        name = arguments.get(i + 1);
      } else if (arguments.get(i).startsWith(OPTION + "=")) {
        name = arguments.get(i).substring(OPTION.length() + 1);
      }
    }
    return name;
  }

  private static void refuseUnknownKeys(CommandLine command, Path file, Properties properties) {
    CommandSpec spec = command.getCommandSpec();
    TreeSet<String> known = new TreeSet<>();
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp()
          && !option.versionHelp()
          && !key(option).equals(OPTION.substring(2))) {
        known.add(key(option));
      }
    }
    TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          command,
          "Cannot use %s: unknown keys: %s (known: %s)"
              .formatted(file, String.join(", ", unknown), String.join(", ", known)));
    }
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }
}
