package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.run.Compaction;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ptc compact}: fewer files, the same rows. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes the small files of an output anew as fewer, with the same rows. Many short runs leave"
          + " many small files, which readers are slow to open.",
      ""
    },
    footer = {
      "",
      "Example:",
      "    ptc compact --output labels.parquet",
      "",
      "The files of one directory NAME=VALUE stay in it. For the moment in which new files take the",
      "place of old ones, whoever reads the output meets a file that is not Parquet, and no wrong",
      "rows. Not while a run writes to the output; whenever a compaction dies, the rows stay the same."
    })
final class CompactCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private OutputArgument output;

  @Option(
      names = "--file-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      defaultValue = "256m",
      description = "Bytes that a file should have, about (default: 256m).")
  private long fileSize;

  @Override
  public Integer call() {
    Compaction.Summary summary =
        new Compaction(Sessions.open("ptc compact"), output.output(), fileSize, System.err).run();
    String text =
        summary.before() == 0
            ? "nothing to do: no two files of a directory are small"
            : String.format(
                Locale.ROOT,
                "%,d files became %,d, with %,d rows",
                summary.before(),
                summary.after(),
                summary.rows());
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
