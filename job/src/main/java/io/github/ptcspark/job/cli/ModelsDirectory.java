package io.github.ptcspark.job.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the models with names lie. */
final class ModelsDirectory {

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Where the jars of minilm and bge-small lie (default: models beside the jar of ptc, where"
              + " the build puts them).")
  private Path directory;

  Path path() {
    if (directory != null) {
      return directory;
    }
    try {
      Path jar =
          Path.of(
              ModelsDirectory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolveSibling("models");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot find the jar of ptc", e);
    }
  }
}
