package io.github.ptcspark.bench;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.job.speed.Medians;
import io.github.ptcspark.job.tune.AgreementTarget;
import io.github.ptcspark.job.tune.Calibration;
import io.github.ptcspark.job.tune.Front;
import io.github.ptcspark.job.tune.Readings;
import io.github.ptcspark.job.tune.Target;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.ComparePolicies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Whether promises hold: calibrates again and again on other samples of the documents of a sweep
 * under the candidates of {@code ptc calibrate}, from what the sweep has read, and looks at the
 * documents that were not in the sample.
 */
public final class Promises {

  private static final double CONFIDENCE = 0.95;

  private final List<Row> rows;
  private final List<Long> documents;
  private final List<PruningPolicy> policies;
  private final String unpruned;

  private Promises(List<Row> rows) {
    this.rows = rows;
    this.unpruned = PolicyText.complete(rows.get(0).getString(1)).trained().toString();
    this.documents = rows.stream().map(row -> row.getLong(0)).distinct().sorted().toList();
    this.policies =
        rows.stream()
            .map(this::way)
            .distinct()
            .filter(way -> !way.equals(ComparePolicies.IN_FULL))
            .sorted()
            .map(PolicyText::complete)
            .toList();
  }

  /**
   * Repeats and prints.
   *
   * @param arguments the directory of a sweep, the agreement, how many documents a sample has, how
   *     many repetitions
   * @throws IllegalArgumentException if the sweep has no more documents than a sample
   */
  public static void main(String[] arguments) {
    double agreement = Double.parseDouble(arguments[1]);
    int sample = Integer.parseInt(arguments[2]);
    int repetitions = Integer.parseInt(arguments[3]);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      Column[] columns = Readings.COLUMNS.stream().map(functions::col).toArray(Column[]::new);
      String read = Path.of(arguments[0], "documents.parquet").toString();
      Promises promises =
          new Promises(session.read().parquet(read).select(columns).collectAsList());
      if (promises.documents.size() <= sample) {
        throw new IllegalArgumentException(
            "Cannot draw %s documents of a sweep of %s and keep others"
                .formatted(sample, promises.documents.size()));
      }
      System.out.println(Machine.current().processor());
      for (boolean escalating : List.of(false, true)) {
        System.out.print(
            promises.text(
                new AgreementTarget(agreement, CONFIDENCE), sample, repetitions, escalating));
      }
    }
  }

  private String text(AgreementTarget target, int sample, int repetitions, boolean escalating) {
    Lines text = new Lines();
    List<Double> speeds = new ArrayList<>();
    int promised = 0;
    int kept = 0;
    for (int seed = 1; seed <= repetitions; seed++) {
      List<Long> drawn = new ArrayList<>(documents);
      Collections.shuffle(drawn, new Random(seed));
      Readings unseen = readings(drawn.subList(sample, drawn.size()));
      int first = Calibration.ordering(sample);
      Readings ordering = readings(drawn.subList(0, first));
      Readings test = readings(drawn.subList(first, sample));
      Front front = Front.of(policies, ordering, escalating);
      if (front.isEmpty()) {
        text.add("  seed %2d  none is faster than reading in full", seed);
        continue;
      }
      PolicyFigures chosen;
      try {
        chosen =
            target.choose(front.figures(), candidate -> front.tested(candidate, test)).policy();
      } catch (JobException e) {
        text.add("  seed %2d  %s", seed, e.getMessage());
        continue;
      }
      Target.Tested found = front.tested(chosen, unseen);
      double share = 1 - (double) found.disagreements() / found.documents();
      promised++;
      kept += share >= target.agreement() ? 1 : 0;
      speeds.add(chosen.speedUp());
      text.add(
          "  seed %2d  %s of %s others agree, %.2f times as fast  %s",
          seed,
          Numbers.percent(share),
          Numbers.count(found.documents()),
          chosen.speedUp(),
          chosen.policy());
    }
    text.add(
        "%s, %s: kept in %d of %d promises, median speed-up %s",
        target,
        escalating ? "with escalation" : "without escalation",
        kept,
        promised,
        speeds.isEmpty()
            ? "-"
            : String.format(
                Locale.ROOT,
                "%.2f",
                Medians.of(speeds.stream().mapToDouble(Double::doubleValue).toArray())));
    return text.toString();
  }

  private Readings readings(List<Long> some) {
    Set<Long> wanted = new HashSet<>(some);
    Readings readings = new Readings(false);
    readings.add(
        rows.stream().filter(row -> wanted.contains(row.getLong(0))).map(this::named).toList());
    return readings;
  }

  /** A sweep calls reading in full by its policy. */
  private Row named(Row row) {
    Object[] values = new Object[row.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 1 ? way(row) : row.get(i);
    }
    return RowFactory.create(values);
  }

  private String way(Row row) {
    return row.getString(1).equals(unpruned) ? ComparePolicies.IN_FULL : row.getString(1);
  }
}
