package io.github.ptcspark.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.ptcspark.job.output.CommittedRows;
import io.github.ptcspark.job.report.figures.LabelFigures;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.page.ReportPage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How the rows of an output came about, as a report says it: what all runs had in common, and what
 * the last one that came to its end said.
 */
final class Provenance {

  private final JsonNode manifest;
  private final List<ReportPage.Provenance> groups = new ArrayList<>();

  private Provenance(JsonNode manifest) {
    this.manifest = manifest;
  }

  static List<ReportPage.Provenance> of(CommittedRows rows, OutputFigures figures) {
    Provenance provenance = new Provenance(rows.manifest().orElse(MissingNode.getInstance()));
    provenance.addSettings(rows, figures);
    provenance.addRows(rows);
    provenance.addLastRun();
    return provenance.groups;
  }

  private void addSettings(CommittedRows rows, OutputFigures figures) {
    Facts facts = new Facts();
    facts.add("model", manifest.at("/model/path"));
    rows.identity().texts().forEach(facts::add);
    List<String> labels = texts(manifest.at("/model/labels"));
    if (!labels.isEmpty()) {
      facts.add("labels", Numbers.count(labels.size()));
      Set<String> never = new HashSet<>(labels);
      figures.labels().stream().map(LabelFigures::label).toList().forEach(never::remove);
      if (!never.isEmpty()) {
        facts.add("labels of no document", first(labels.stream().filter(never::contains).toList()));
      }
    }
    groups.add(new ReportPage.Provenance("Settings of all runs", facts.list));
  }

  private void addRows(CommittedRows rows) {
    Facts facts = new Facts();
    facts.add("output", rows.root().toString());
    facts.add("rows", Numbers.count(rows.rows()));
    facts.add("files", Numbers.count(rows.fileCount()));
    if (rows.gone().files() > 0) {
      facts.add(
          "removed since",
          "%s with %s"
              .formatted(
                  Numbers.count(rows.gone().files(), "file"),
                  Numbers.count(rows.gone().rows(), "row")));
    }
    groups.add(new ReportPage.Provenance("Rows of this page", facts.list));
  }

  private void addLastRun() {
    Facts facts = new Facts();
    facts.add("finished", manifest.path("finished"));
    facts.add("input", first(texts(manifest.path("input"))));
    JsonNode run = manifest.path("run");
    if (run.path("documents").isNumber() && run.path("wall_seconds").isNumber()) {
      long documents = run.path("documents").asLong();
      double seconds = run.path("wall_seconds").asDouble();
      facts.add("documents", Numbers.count(documents));
      facts.add("wall time", Numbers.duration(1000 * seconds));
      if (documents > 0 && seconds > 0) {
        facts.add("documents a second", Numbers.decimal(documents / seconds));
      }
    }
    facts.add("processors", run.path("processors"));
    facts.add("promise", manifest.at("/promise/text"));
    for (String version : List.of("ptc", "spark", "java")) {
      facts.add(version, manifest.path("versions").path(version));
    }
    if (facts.list.isEmpty()) {
      facts.add("manifest", "there is none: no run has come to its end");
    }
    groups.add(new ReportPage.Provenance("Last run that came to its end", facts.list));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String first(List<String> texts) {
    int shown = 20;
    String first = String.join(", ", texts.stream().limit(shown).toList());
    return texts.size() <= shown
        ? first
        : "%s and %s more".formatted(first, Numbers.count(texts.size() - shown));
  }

  private static final class Facts {

    private final List<ReportPage.Fact> list = new ArrayList<>();

    void add(String name, JsonNode value) {
      add(name, value.asText());
    }

    void add(String name, String value) {
      if (!value.isEmpty()) {
        list.add(new ReportPage.Fact(name, value));
      }
    }
  }
}
