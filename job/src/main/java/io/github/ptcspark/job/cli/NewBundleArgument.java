package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.BundleFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a bundle to write. */
final class NewBundleArgument {

  @Option(
      names = "--out",
      required = true,
      paramLabel = "BUNDLE",
      converter = LocalPath.class,
      description = "Directory to write; it must not exist or be empty.")
  private Path out;

  /**
   * Where it goes, looked at before any work.
   *
   * @throws io.github.ptcspark.bundle.BundleException if it could not be written there
   */
  Path checked() {
    BundleFiles.checkWritable(out);
    return out;
  }
}
