package io.github.ptcspark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.speed.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Compares ptc with what else encodes documents on Spark. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs bge-small on the same documents and the same core through ptc, ONNX Runtime, Spark NLP,"
          + " DJL and PySpark, each as a Spark job with one task, and prints what a document costs.",
      "",
      "Every way to run a peer (its precisions, quantisations and batch sizes) is tried once; the"
          + " fastest of each peer, marked * in the table, is measured again in turn with the"
          + " others. A measurement is two runs, over many documents and over a fifth of them:"
          + " processor time of all processes of the one less that of the other, so that start-up"
          + " cancels out. A document becomes the mean of the model's output tokens; its cosine with"
          + " that of fp32 says how exact a way is. With pruning, fp32 has the same pruning.",
      "",
      "The first time the peers are installed below bench/target/peers: 7 GB, from PyPI and Maven"
          + " Central. A comparison takes about half an hour a corpus on a machine that nothing else"
          + " uses. What it has measured is kept there, too: the same command goes on where a"
          + " comparison was stopped, and prints the table again where none was. A peer that cannot"
          + " be installed is left out, and the table says why; the next start tries again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  bench/bin/peers --input imdb=imdb/test.jsonl --input sst2=sst2/test.jsonl",
      "  bench/bin/peers --input imdb=imdb/test.jsonl --tokens 40000 --rounds 5",
      "  bench/bin/peers --input imdb=imdb/test.jsonl --match 'ptc|PySpark, bf16' --fresh"
    })
public final class Peers implements Callable<Integer> {

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "Where the project lies; bench/bin/peers fills it in.")
  private Path home;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "NAME=FILE",
      description = "A corpus: JSON Lines with a field text. Repeat it for several.")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "24000",
      description = "Word pieces of the documents that are drawn of a corpus (default: 24000).")
  private long tokens;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which documents are drawn (default: 1).")
  private long seed;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often to measure the fastest way of each peer (default: 3).")
  private int rounds;

  @Option(
      names = "--match",
      paramLabel = "REGEX",
      defaultValue = "",
      description =
          "Only the ways whose names, such as \"PySpark, bf16, batches of 8\", have a part that this"
              + " regular expression matches (default: all).")
  private Pattern match;

  @Option(
      names = "--core",
      paramLabel = "N",
      defaultValue = "0",
      description = "The core that everything runs on (default: 0).")
  private int core;

  @Option(names = "--fresh", description = "Measure anew what has been measured before.")
  private boolean fresh;

  private Peers() {}

  /** Compares and ends the JVM. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Peers())
            .setExecutionExceptionHandler(Peers::handle)
            .execute(arguments));
  }

  @Override
  public Integer call() {
    if (rounds < 1 || tokens < 1) {
      throw new JobException("Cannot compare: --rounds and --tokens are at least 1");
    }
    checkInputs();
    Path directory = home.resolve("bench/target/peers");
    Models models = new Models(home.resolve("job/target/models"));
    Map<String, PeerSample> samples = samples(inputs, models);
    prepare(models, directory);
    List<PeerVariant> variants = chosen(new PeerCatalog(home, directory).variants());
    Path work = directory.resolve("work");
    Map<String, PeerRuns> runs = runs(work, inputs);
    PeerMeasure measure =
        new PeerMeasure(home.resolve("bench/src/main/python/measure.py"), work, core);
    PeerContest contest = new PeerContest(samples, variants, measure, runs);
    contest.run(rounds, work, System.err);
    System.out.printf(Locale.ROOT, "machine    %s, core %s%n", Machine.current().processor(), core);
    System.out.println("model      bge-small-en-v1.5");
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .appName("peers")
            .config("spark.ui.enabled", false)
            .getOrCreate()) {
      PeerVectors vectors = new PeerVectors(session);
      samples.forEach(
          (corpus, sample) -> {
            System.out.println();
            System.out.print(PeerTable.of(corpus, sample, contest.results(corpus, vectors)));
          });
    }
    return ExitCode.OK;
  }

  private void checkInputs() {
    inputs.forEach(
        (name, file) -> {
          if (!Files.isRegularFile(file)) {
            throw new JobException("Cannot read %s: it is not a file".formatted(file));
          }
        });
  }

  private Map<String, PeerSample> samples(Map<String, Path> files, Models models) {
    Map<String, PeerSample> samples = new LinkedHashMap<>();
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(models.encoder().tokenizer())) {
      files.forEach(
          (name, file) ->
              samples.put(
                  name,
                  PeerSample.draw(
                      Documents.texts(file, Integer.MAX_VALUE), tokens, seed, tokenizer)));
    }
    return samples;
  }

  /** Writes our bundles and the peers' forms of the model where they are missing. */
  private void prepare(Models models, Path directory) {
    Path bundles = directory.resolve("bundles");
    PeerCatalog.writeBundles(models, bundles);
    Path forms = directory.resolve("models");
    if (PeerCatalog.FORMS.stream().allMatch(form -> Files.exists(forms.resolve(form)))) {
      return;
    }
    System.err.println("peers: writing the model in the peers' forms");
    Path python = directory.resolve("venv/bin/python");
    PeerMeasure.waitFor(
        List.of(
            Files.isExecutable(python) ? python.toString() : "python3",
            home.resolve("bench/src/main/python/peer_models.py").toString(),
            bundles.resolve("plain").toString(),
            home.resolve("job/target/models").toString(),
            forms.toString()),
        directory.resolve("models.log"));
  }

  private List<PeerVariant> chosen(List<PeerVariant> variants) {
    List<PeerVariant> chosen =
        variants.stream().filter(variant -> match.matcher(variant.name()).find()).toList();
    if (chosen.isEmpty()) {
      throw new JobException(
          "Cannot compare ways that match \"%s\": there are none, only%n%s"
              .formatted(
                  match, String.join("\n", variants.stream().map(PeerVariant::name).toList())));
    }
    return chosen;
  }

  /** What runs have taken so far, by corpus. */
  private Map<String, PeerRuns> runs(Path work, Map<String, Path> files) {
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(work, JobException.reason(e)), e);
    }
    Map<String, PeerRuns> runs = new LinkedHashMap<>();
    files.forEach(
        (corpus, file) -> {
          ObjectNode comparison = new ObjectMapper().createObjectNode();
          comparison.put("processor", Machine.current().processor());
          comparison.put("tokens", tokens).put("seed", seed).put("input", file.toString());
          PeerRuns known = PeerRuns.of(work.resolve(corpus + "-runs.jsonl"), comparison.toString());
          if (fresh) {
            known.forget(variant -> match.matcher(variant).find());
          }
          runs.put(corpus, known);
        });
    return runs;
  }

  private static int handle(Exception failure, CommandLine command, ParseResult arguments)
      throws Exception {
    if (PeerMeasure.isEnding()) {
      command.getErr().println("peers: stopped; the same command goes on where it was");
      return ExitCode.SOFTWARE;
    }
    if (failure instanceof JobException || failure instanceof BundleException) {
      command.getErr().println("peers: " + failure.getMessage());
      return ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
