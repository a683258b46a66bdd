package io.github.ptcspark.job.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.report.Lines;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How fast a model is.
 *
 * @param machine where it was measured
 * @param settings how the model was run
 * @param tokens that were read of each document
 * @param clock what the times of one thread are
 * @param busy processor time as a share of the time that passed
 * @param borrowedLayer whether the unpruned model has a layer with the weights of another
 * @param rows what one thread does
 * @param tokenizingMillis for a document
 * @param scaling what threads do that share the model
 */
public record SpeedReport(
    Machine machine,
    ModelSettings settings,
    List<Integer> tokens,
    Clock clock,
    double busy,
    boolean borrowedLayer,
    List<SpeedRow> rows,
    double tokenizingMillis,
    List<Scaling> scaling) {

  private static final double QUIET = 0.97;
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  /** Documents a second and core when all cores work, from text to scores. */
  public double documentsPerCore() {
    Scaling all = scaling.get(scaling.size() - 1);
    return all.documents() / all.threads();
  }

  /**
   * The report as people read it.
   *
   * @param sizing a corpus to be done in a given time, if any
   */
  public String text(Optional<Sizing> sizing) {
    Lines text = new Lines();
    text.add("machine    %s", machine);
    text.add(
        "model      %s, %s, long documents: %s",
        settings.policy(), settings.precision(), settings.longDocuments());
    text.add(
        "documents  %,d of %.0f tokens on average, median %.0f, longest %d",
        tokens.size(),
        tokens.stream().mapToInt(n -> n).average().orElseThrow(),
        Medians.of(tokens.stream().mapToDouble(n -> n).toArray()),
        Collections.max(tokens));
    text.add("");
    text.add(
        "%-20s %8s %9s %8s %8s %9s %6s %7s %7s",
        "one thread",
        "docs/s",
        "tokens/s",
        "ms/doc",
        "GFLOP/s",
        "of linear",
        "cost",
        "x fp32",
        "x int8");
    for (SpeedRow row : rows) {
      text.add(
          "%-20s %8.1f %,9.0f %8.2f %8.1f %7.0f %% %4.0f %% %7.2f %7.2f",
          row.name(),
          row.documents(),
          row.tokens(),
          row.millis(),
          row.gigaflops(),
          100 * row.linearShare(),
          100 * row.cost(),
          row.timesFp32(),
          row.timesInt8());
    }
    text.add("tokenising takes %.2f ms a document more", tokenizingMillis);
    text.add("");
    text.add("%-20s %8s %9s", "threads, one model", "docs/s", "x one");
    for (Scaling threads : scaling) {
      text.add("%-20d %8.1f %9.2f", threads.threads(), threads.documents(), threads.times());
    }
    text.add("");
    notes(text);
    sizing.ifPresent(corpus -> cores(text, corpus));
    return text.toString();
  }

  /**
   * The report as JSON.
   *
   * @param sizing a corpus to be done in a given time, if any
   */
  public String json(Optional<Sizing> sizing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", machine);
    json.put("policy", settings.policy().toString());
    json.put("precision", settings.precision().toString());
    json.put("long_documents", settings.longDocuments().toString());
    json.put("tokens", tokens);
    json.put("clock", clock.toString());
    json.put("busy", busy);
    json.put("borrowed_layer", borrowedLayer);
    json.put("one_thread", rows.stream().map(SpeedReport::fields).toList());
    json.put("tokenizing_millis", tokenizingMillis);
    json.put("threads", scaling);
    json.put("documents_per_second_and_core", documentsPerCore());
    sizing.ifPresent(
        corpus -> {
          json.put("corpus_documents", corpus.documents());
          json.put("hours", corpus.hours());
          json.put("core_hours", corpus.coreHours(documentsPerCore()));
          json.put("cores", corpus.cores(documentsPerCore()));
        });
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the report as JSON", e);
    }
  }

  private void notes(Lines text) {
    text.add(
        "of linear: GFLOP/s as a share of those of the linear layers alone, in the same precision.");
    if (borrowedLayer) {
      text.add(
          "The model has no weights for the layer that combining replaces: the unpruned rows run it"
              + " with those of the layer before, for timing only.");
    }
    if (clock == Clock.CPU) {
      text.add("Times of one thread are processor time.");
    } else if (busy < QUIET) {
      text.add(
          "Other programs took %.0f %% of the core: measure again on a quiet machine, or with"
              + " --clock cpu.",
          100 * (1 - busy));
    }
  }

  private void cores(Lines text, Sizing corpus) {
    long cores = corpus.cores(documentsPerCore());
    text.add(
        "%,d documents in %s hours need %,d %s: %,.1f core hours at %.1f documents a second and"
            + " core.",
        corpus.documents(),
        corpus.hours(),
        cores,
        cores == 1 ? "core" : "cores",
        corpus.coreHours(documentsPerCore()),
        documentsPerCore());
  }

  private static Map<String, Object> fields(SpeedRow row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", row.name());
    fields.put("documents_per_second", row.documents());
    fields.put("tokens_per_second", row.tokens());
    fields.put("millis_per_document", row.millis());
    fields.put("gigaflops", row.gigaflops());
    fields.put("linear_share", row.linearShare());
    fields.put("cost", row.cost());
    fields.put("times_fp32", row.timesFp32());
    fields.put("times_int8", row.timesInt8());
    return fields;
  }
}
