package io.github.ptcspark.job.cli;

import picocli.CommandLine.Option;

/** The option that names an output which is there. */
final class OutputArgument {

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory that runs of classify have written.")
  private String output;

  /** As the user named it. */
  String output() {
    return output;
  }
}
