package io.github.ptcspark.job.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.job.report.page.SweepPage;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.BeforeClass;
import org.junit.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** What a sweep measured: of many policies, and of one. */
public class SweepPageCheck extends PageCheck {

  private static final String HOSTILE =
      "</title><script>alert(1)</script><img src=x onerror=alert(2)>";

  private static SweepFigures figures;
  private static Path many;
  private static Path one;

  @BeforeClass
  public static void writePages() throws IOException {
    List<PolicyFigures> policies = new ArrayList<>();
    policies.add(policy("none", 1000, 1));
    for (int i = 1; i <= 40; i++) {
      String text =
          "ratio(keep-ratio=%s, fuzzy=off, scope=tokens, layers=2.., every=1)".formatted(i);
      policies.add(policy(text, 1000 - 7L * i, 1 + i / 10.0));
      policies.add(policy(text.replace("ratio(", "random("), 990 - 9L * i, 0.9 + i / 10.0));
    }
    figures = figures(policies);
    many = write("sweep.html", figures);
    one = write("sweep-one.html", figures(policies.subList(0, 2)));
  }

  @Override
  List<Path> pages() {
    return List.of(many, one);
  }

  @Test
  public void thePictureHasEveryPolicyAndMarksTheBest() {
    chromium.open(many, "light", WIDE);

    List<WebElement> points = chromium.driver().findElements(By.cssSelector("circle.point"));
    assertThat(points).hasSameSizeAs(figures.policies());
    assertThat(chromium.driver().findElements(By.cssSelector("circle.marked")))
        .hasSameSizeAs(figures.front());
    assertThat(points)
        .allMatch(point -> point.getRect().getWidth() > 5)
        .allMatch(point -> point.getRect().getX() > 0 && point.getRect().getX() < WIDE);
    assertThat(points)
        .extracting(point -> point.findElement(By.tagName("title")).getDomProperty("textContent"))
        .contains(
            "ratio(keep-ratio=1, fuzzy=off, scope=tokens, layers=2.., every=1): 1.10 times as fast,"
                + " 99.3 % agree");
    assertThat(
            chromium.driver().findElements(By.cssSelector("#policies tbody tr")).stream()
                .filter(
                    row ->
                        row.findElements(By.tagName("td"))
                            .get(0)
                            .getDomProperty("textContent")
                            .equals("yes")))
        .hasSameSizeAs(figures.front());
  }

  @Test
  public void whatNamesHoldIsTextAndNothingIsAskedFor() {
    chromium.open(many, "light", WIDE);

    assertThat(chromium.driver().findElements(By.cssSelector("script, img"))).isEmpty();
    assertThat(chromium.driver().getTitle()).contains(HOSTILE);
    // A dialog would make any command fail.
    assertThat(chromium.requests())
        .isNotEmpty()
        .allMatch(request -> request.endsWith("/sweep.html"));
    assertThat(chromium.complaints()).isEmpty();
  }

  private static Path write(String name, SweepFigures figures) throws IOException {
    Path page = FOLDER.getRoot().toPath().resolve(name);
    Files.writeString(page, new SweepPage(figures).html());
    return page;
  }

  private static SweepFigures figures(List<PolicyFigures> policies) {
    return new SweepFigures(
        HOSTILE,
        "0123456789abcdef",
        new ModelSettings(PruningPolicy.NONE, Precision.INT8, LongDocuments.TRUNCATE),
        HOSTILE,
        List.of(HOSTILE),
        Optional.of(HOSTILE),
        policies);
  }

  private static PolicyFigures policy(String text, long agreeing, double speedUp) {
    return new PolicyFigures(
        text,
        1000,
        3,
        agreeing,
        1000,
        agreeing - 20,
        1000,
        1 / speedUp,
        1 / speedUp,
        60 / speedUp,
        speedUp);
  }
}
