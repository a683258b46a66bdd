package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.speed.Clock;
import io.github.ptcspark.job.speed.DocumentSample;
import io.github.ptcspark.job.speed.Sizing;
import io.github.ptcspark.job.speed.SpeedReport;
import io.github.ptcspark.job.speed.SpeedTest;
import io.github.ptcspark.spark.ProcessorSurvey;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc bench}: how fast a model is on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how fast a model is on this machine, what the limit is, and how many cores a corpus"
          + " needs.",
      "",
      "One thread runs the same documents in turn through the unpruned model in fp32 and in int8,"
          + " the model as it is set, and its linear layers alone, several times; the medians are"
          + " shown. Then one, two and all cores share the model.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  How fast is it?",
      "    ptc bench --model my.bundle --input corpus.jsonl",
      "",
      "  How many cores for ten million such documents overnight?",
      "    ptc bench --model my.bundle --input corpus.jsonl --corpus-documents 10000000 --hours 8",
      "",
      "  What would a stronger pruning in int8 bring, before any training? An imported encoder will"
          + " do:",
      "    ptc import --from bge-small --out bge.bundle",
      "    ptc bench --model bge.bundle --input corpus.jsonl \\",
      "              --policy \"ptc(keep-ratio=0.8)\" --precision int8",
      "",
      "Measure on a machine that does nothing else, of the kind that the cluster has."
    })
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "BUNDLE",
      description =
          "Directory of the model, also with a scheme, such as hdfs:; an encoder without a"
              + " classifier will do.")
  private String model;

  @Mixin private CorpusArguments corpus;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "60",
      description = "How many documents of the input to measure with (default: 60).")
  private int documents;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often to measure each document (default: 5).")
  private int rounds;

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      defaultValue = "wall",
      converter = Texts.OfClock.class,
      description =
          "wall, or cpu: processor time, for one thread on a machine that others use too (default:"
              + " wall).")
  private Clock clock;

  @Option(
      names = "--corpus-documents",
      paramLabel = "N",
      description = "Size of a corpus for which to say how many cores it needs, with --hours.")
  private Long corpusDocuments;

  @Option(names = "--hours", paramLabel = "H", description = "In how many hours it is to be done.")
  private Double hours;

  @Mixin private SettingsArguments settings;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Optional<Sizing> sizing = checkArguments();
    Bundle bundle = ModelFiles.read(model).parse();
    ModelSettings asked = settings.changes().applyTo(bundle);
    ModelSettings changed =
        asked.with(ProcessorSurvey.ofThis(Processor.current()).choose(asked.precision()));
    LibraryDirectory.prepare();
    List<String> texts =
        DocumentSample.texts(Sessions.open("ptc bench"), corpus.options(List.of()), documents);
    SpeedReport report = new SpeedTest(bundle, changed, texts, rounds, clock, System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json(sizing) : report.text(sizing));
    out.flush();
    return 0;
  }

  private Optional<Sizing> checkArguments() {
    if (documents < 1) {
      throw wrongUse("Invalid value for --documents: %s (at least 1)".formatted(documents));
    }
    if (rounds < 1) {
      throw wrongUse("Invalid value for --rounds: %s (at least 1)".formatted(rounds));
    }
    if ((corpusDocuments == null) != (hours == null)) {
      throw wrongUse("Invalid use of --corpus-documents and --hours: both or neither");
    }
    try {
      return Optional.ofNullable(hours).map(time -> new Sizing(corpusDocuments, time));
    } catch (IllegalArgumentException e) {
      throw wrongUse(e.getMessage());
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
