package io.github.ptcspark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.ProgressLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All variants on all corpora: each once, then the best one of each peer in turn. */
final class PeerContest {

  private final Map<String, PeerSample> samples;
  private final List<PeerVariant> variants;
  private final PeerMeasure measure;
  private final Map<String, PeerRuns> runs;

  /** Why variants failed. */
  private final Map<PeerVariant, String> failures = new HashMap<>();

  private long done;

  /**
   * A contest.
   *
   * @param samples the documents, by corpus
   * @param runs what runs have taken so far, by corpus
   */
  PeerContest(
      Map<String, PeerSample> samples,
      List<PeerVariant> variants,
      PeerMeasure measure,
      Map<String, PeerRuns> runs) {
    this.samples = samples;
    this.variants = variants;
    this.measure = measure;
    this.runs = runs;
  }

  /** How many runs there are, two a measurement, if all variants run. */
  private long size(int rounds) {
    long runnable = variants.stream().filter(variant -> variant.obstacle().isEmpty()).count();
    long peers = variants.stream().map(PeerVariant::peer).distinct().count();
    return 2L * samples.size() * (runnable + rounds * peers);
  }

  /**
   * Runs what has not been run, and says how far it is.
   *
   * @param directory where the documents are written to
   */
  void run(int rounds, Path directory, PrintStream progressStream) {
    try (ProgressLine progress = new ProgressLine(progressStream, "peers", "runs", size(rounds))) {
      run(rounds, directory, progress);
      progress.finish();
    }
  }

  private void run(int rounds, Path directory, ProgressLine progress) {
    samples.forEach(
        (corpus, sample) -> {
          Path few = write(directory.resolve(corpus + "-few.jsonl"), sample, sample.few());
          Path many =
              write(directory.resolve(corpus + "-many.jsonl"), sample, sample.many().size());
          for (PeerVariant variant : variants) {
            measure(corpus, variant, 0, few, many, progress);
          }
          List<PeerVariant> best =
              variants.stream()
                  .map(PeerVariant::peer)
                  .distinct()
                  .flatMap(peer -> PeerResult.best(trials(corpus), peer).stream())
                  .map(PeerResult::variant)
                  .toList();
          for (int round = 1; round <= rounds; round++) {
            for (PeerVariant variant : best) {
              measure(corpus, variant, round, few, many, progress);
            }
          }
        });
  }

  /** What came out for a corpus, in the order of the variants. */
  List<PeerResult> results(String corpus, PeerVectors vectors) {
    return variants.stream()
        .map(
            variant ->
                result(corpus, variant, Integer.MAX_VALUE, cosines(corpus, variant, vectors)))
        .toList();
  }

  private List<PeerResult> trials(String corpus) {
    return variants.stream().map(variant -> result(corpus, variant, 1, Optional.empty())).toList();
  }

  /** What is known after the first so many rounds. */
  private PeerResult result(
      String corpus, PeerVariant variant, int rounds, Optional<Cosines> cosines) {
    PeerSample sample = samples.get(corpus);
    List<Double> millis = new ArrayList<>();
    long peak = 0;
    for (int round = 0; round < rounds; round++) {
      PeerRuns known = runs.get(corpus);
      Optional<Usage> few = known.find(key(corpus, variant, sample.few(), round));
      Optional<Usage> many = known.find(key(corpus, variant, sample.many().size(), round));
      if (few.isEmpty() || many.isEmpty()) {
        break;
      }
      millis.add(sample.millis(few.get(), many.get()));
      peak = Math.max(peak, many.get().peakBytes());
    }
    return new PeerResult(
        variant,
        millis,
        peak,
        cosines,
        variant.obstacle().or(() -> Optional.ofNullable(failures.get(variant))));
  }

  private Optional<Cosines> cosines(String corpus, PeerVariant variant, PeerVectors vectors) {
    return variants.stream()
        .filter(other -> other.name().equals(variant.reference()))
        .findFirst()
        .flatMap(
            exact ->
                vectors.cosines(
                    measure.output(corpus, variant),
                    variant.vectors(),
                    measure.output(corpus, exact),
                    exact.vectors()));
  }

  private void measure(
      String corpus, PeerVariant variant, int round, Path few, Path many, ProgressLine progress) {
    PeerSample sample = samples.get(corpus);
    if (variant.obstacle().isEmpty()) {
      measure(key(corpus, variant, sample.few(), round), variant, few, () -> {}, progress);
      measure(
          key(corpus, variant, sample.many().size(), round),
          variant,
          many,
          () -> measure.keepOutput(corpus, variant),
          progress);
    }
  }

  /**
   * Runs what has not been run.
   *
   * @param keep keeps what a good run has written; a run counts once that is done
   */
  private void measure(
      PeerRuns.Key key, PeerVariant variant, Path input, Runnable keep, ProgressLine progress) {
    progress.update(done++, key.corpus() + ": " + variant.name());
    if (runs.get(key.corpus()).find(key).isPresent() || failures.containsKey(variant)) {
      return;
    }
    Usage usage = measure.run(variant, input);
    if (usage.exitCode() != 0) {
      failures.put(variant, PeerMeasure.lastLine(measure.log(variant)));
      return;
    }
    keep.run();
    runs.get(key.corpus()).add(key, usage);
  }

  private static PeerRuns.Key key(String corpus, PeerVariant variant, int documents, int round) {
    return new PeerRuns.Key(corpus, variant.name(), documents, round);
  }

  private static Path write(Path file, PeerSample sample, int count) {
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      ObjectNode line = mapper.createObjectNode();
      line.put("id", Integer.toString(i)).put("text", sample.many().get(i));
      lines.append(line).append('\n');
    }
    try {
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(file, JobException.reason(e)), e);
    }
    return file;
  }
}
