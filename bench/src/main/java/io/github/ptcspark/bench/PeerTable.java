package io.github.ptcspark.bench;

import io.github.ptcspark.job.report.Lines;
import java.util.List;
import java.util.Locale;

/** The result of a comparison for people. */
final class PeerTable {

  private static final String ROW = "%-2s%-24s %-11s %-17s %10s  %-15s %3s %8s  %s";

  private PeerTable() {}

  /** The table of a corpus: all variants in their order, the best one of each peer marked. */
  static String of(String corpus, PeerSample sample, List<PeerResult> results) {
    Lines lines = new Lines();
    lines.add(
        "%s: %s documents of %.0f tokens, less %s of them",
        corpus,
        sample.many().size(),
        (double) sample.tokens() / sample.many().size(),
        sample.few());
    lines.add(
        ROW,
        "",
        "",
        "precision",
        "at once",
        "ms a doc.",
        "least to most",
        "n",
        "memory",
        "cosine with fp32: median, minimum");
    for (PeerResult result : results) {
      boolean best =
          PeerResult.best(results, result.variant().peer())
              .filter(other -> other.variant().equals(result.variant()))
              .isPresent();
      lines.add("%s", row(result, best ? "*" : ""));
    }
    return lines.toString();
  }

  private static String row(PeerResult result, String mark) {
    PeerVariant variant = result.variant();
    if (!result.ran()) {
      return String.format(
          Locale.ROOT,
          "%-2s%-24s %-11s %-17s does not run: %s",
          mark,
          variant.peer(),
          variant.precision(),
          variant.batch(),
          result.obstacle().orElse("it was not asked for"));
    }
    return String.format(
        Locale.ROOT,
        ROW,
        mark,
        variant.peer(),
        variant.precision(),
        variant.batch(),
        number(result.median()),
        number(result.least()) + " to " + number(result.most()),
        result.millis().size(),
        String.format(Locale.ROOT, "%s MB", result.peakBytes() >> 20),
        result
            .cosines()
            .map(
                cosines ->
                    String.format(Locale.ROOT, "%.5f, %.5f", cosines.median(), cosines.minimum()))
            .orElse("-"));
  }

  private static String number(double millis) {
    return String.format(Locale.ROOT, millis < 20 ? "%.2f" : "%.1f", millis);
  }
}
