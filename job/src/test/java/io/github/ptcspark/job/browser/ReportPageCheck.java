package io.github.ptcspark.job.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.job.report.figures.Comparison;
import io.github.ptcspark.job.report.figures.LabelFigures;
import io.github.ptcspark.job.report.figures.LayerFigures;
import io.github.ptcspark.job.report.figures.LengthFigures;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.figures.RejectFigures;
import io.github.ptcspark.job.report.figures.Reliability;
import io.github.ptcspark.job.report.figures.SlowDocument;
import io.github.ptcspark.job.report.figures.Totals;
import io.github.ptcspark.job.report.page.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.BeforeClass;
import org.junit.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The report of an output, with names that would do harm if they were more than text. */
public class ReportPageCheck extends PageCheck {

  private static final String HOSTILE =
      "</td></style></title><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>"
          + "\" onmouseover=\"alert(3) '><a href=javascript:alert(4)>\u001b[31m\u202e\u0000${7*7}&amp;";

  private static final String SHOWN =
      HOSTILE
          .replace("\u001b", "\\u001b")
          .replace("\u202e", "\\u202e")
          .replace("\u0000", "\\u0000");

  private static Path page;

  @BeforeClass
  public static void writePages() throws IOException {
    page = FOLDER.getRoot().toPath().resolve("report.html");
    Files.writeString(page, page().html());
  }

  @Override
  List<Path> pages() {
    return List.of(page);
  }

  @Test
  public void whatDocumentsAndLabelsHoldIsText() {
    chromium.open(page, "light", WIDE);

    List<WebElement> names = chromium.driver().findElements(By.cssSelector("bdi"));
    assertThat(names.stream().filter(name -> name.getDomProperty("textContent").equals(SHOWN)))
        .hasSizeGreaterThan(8);
    assertThat(chromium.driver().findElements(By.cssSelector("script, img, a:not([href^='#'])")))
        .isEmpty();
    assertThat(chromium.driver().findElements(By.cssSelector("[onmouseover], [onerror]")))
        .isEmpty();
    assertThat(chromium.driver().findElements(By.tagName("h1"))).hasSize(1);
    assertThat(chromium.driver().getTitle()).endsWith(SHOWN);
    // A dialog would make any command fail.
    assertThat(chromium.requests())
        .isNotEmpty()
        .allMatch(request -> request.endsWith("/report.html"));
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test
  public void chartsSayWhatTheyShowAndHaveATable() {
    chromium.open(page, "light", WIDE);
    List<WebElement> charts = chromium.driver().findElements(By.cssSelector("svg[role=img]"));
    assertThat(charts).hasSize(5);
    for (WebElement chart : charts) {
      assertThat(chart.getAccessibleName()).isNotBlank();
      assertThat(
              chart
                  .findElement(By.xpath("ancestor::*[local-name()='section']"))
                  .findElements(By.cssSelector("details table")))
          .isNotEmpty();
    }
  }

  @Test
  public void tablesAreOpenOnPaper() throws IOException {
    chromium.open(page, "dark", WIDE);
    Path print = screenshot("report-print.pdf");
    chromium.print(print);
    assertThat(print).isNotEmptyFile();
    chromium.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    assertThat(
            (List<?>)
                chromium
                    .driver()
                    .executeScript(
                        "return [...document.querySelectorAll('details table')]"
                            + ".map(table => table.getBoundingClientRect().height);"))
        .hasSizeGreaterThan(3)
        .allMatch(height -> ((Number) height).doubleValue() > 0);
  }

  private static ReportPage page() {
    List<Long> scores = new ArrayList<>();
    for (long i = 1; i <= OutputFigures.SCORE_BINS; i++) {
      scores.add(i * i);
    }
    Totals totals =
        new Totals(2900, 2870, 12, 140, 800_000, 320_000, 5e14, 1e15, 9e4, 25, 90, 0.87);
    OutputFigures figures =
        new OutputFigures(
            totals,
            List.of(
                new LabelFigures(HOSTILE, 2000, 0.81, 0.5), new LabelFigures("space", 870, 0.9, 1)),
            scores,
            List.of(
                new LayerFigures(0, 800_000, 800_000),
                new LayerFigures(1, 500_000, 800_000),
                new LayerFigures(2, 8, 800_000)),
            List.of(
                new LengthFigures(1, 15, 100, 1, 3), new LengthFigures(16, 31, 2770, 0.5, 30.5)),
            List.of(new SlowDocument(HOSTILE, HOSTILE, 512, 123.4)),
            List.of(
                new RejectFigures(
                    "malformed-record",
                    30,
                    List.of(new RejectFigures.Example(HOSTILE, "{\"text\": " + HOSTILE)))),
            Optional.of(
                new Reliability(
                    HOSTILE,
                    List.of(
                        new Reliability.Bin(0.4, 0.5, 100, 0.45, 0.6),
                        new Reliability.Bin(0.9, 1, 1000, 0.95, 0.8)),
                    1800,
                    List.of(new Reliability.Confusion(HOSTILE, "space", 1100)),
                    true)));
    Comparison comparison =
        new Comparison(
            HOSTILE,
            List.of("policy " + HOSTILE + ", not none"),
            totals,
            List.of(new Comparison.LabelCounts(HOSTILE, 2000, 1990)),
            new Comparison.Ids(2800, 60, 10, 5, 2),
            0.012,
            List.of(new Comparison.Change(Optional.of(HOSTILE), Optional.empty(), 60)),
            List.of(
                new Comparison.ChangedDocument(
                    HOSTILE,
                    Optional.of(HOSTILE),
                    Optional.of(0.9),
                    Optional.empty(),
                    Optional.empty())));
    return new ReportPage(
        HOSTILE,
        "All 2,900 documents of the output.",
        "Page made 2026-01-01 00:00 UTC.",
        figures,
        Optional.of(comparison),
        List.of(
            new ReportPage.Provenance(
                "Settings of all runs", List.of(new ReportPage.Fact("input", HOSTILE)))));
  }
}
