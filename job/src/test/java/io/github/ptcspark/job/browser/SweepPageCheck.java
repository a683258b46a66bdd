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
import java.util.stream.IntStream;
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
  public void thePictureHasEveryPolicyAndNumbersTheFront() {
    chromium.open(many, "light", WIDE);

    List<WebElement> points = chromium.driver().findElements(By.cssSelector("circle.point"));
    assertThat(points)
        .hasSameSizeAs(figures.policies())
        .allMatch(point -> point.getRect().getWidth() > 5)
        .allMatch(point -> point.getRect().getX() > 0 && point.getRect().getX() < WIDE);
    assertThat(texts("circle.marked title"))
        .hasSameSizeAs(figures.front())
        .contains("ratio(keep-ratio=40): 5.00 times as fast, 72.0 % agree");
    List<String> numbers =
        IntStream.rangeClosed(1, figures.front().size()).mapToObj(String::valueOf).toList();
    assertThat(texts("svg .mark")).containsExactlyElementsOf(numbers);
    assertThat(texts("#policies > .scroll td:first-child")).containsExactlyElementsOf(numbers);
  }

  /** A browser shows the name of what is under the pointer. */
  @Test
  public void thePointerFindsEveryPointOfTheFront() {
    for (int width : new int[] {WIDE, 360}) {
      chromium.open(many, "light", width);
      assertThat(
              (List<?>)
                  chromium
                      .driver()
                      .executeScript(
                          "return [...document.querySelectorAll('circle.marked')].map(point => {"
                              + "  const box = point.getBoundingClientRect();"
                              + "  return document.elementFromPoint(box.x + box.width / 2,"
                              + "    box.y + box.height / 2).classList.contains('marked'); });"))
          .as("%s wide", width)
          .hasSameSizeAs(figures.front())
          .allMatch(Boolean.TRUE::equals);
    }
  }

  @Test
  public void tablesHaveEveryPolicyAndItsText() {
    chromium.open(many, "light", WIDE);

    assertThat(chromium.driver().findElement(By.cssSelector("svg[role=img]")).getAccessibleName())
        .isNotBlank();
    assertThat(texts("#policies details tbody th"))
        .hasSameSizeAs(figures.policies())
        .doesNotHaveDuplicates()
        .startsWith("unpruned", "ratio(keep-ratio=1)", "random(keep-ratio=1)");
    assertThat(texts("#policies details dd"))
        .containsExactlyElementsOf(figures.policies().stream().map(PolicyFigures::policy).toList());
  }

  /** The smallest letters that a phone shows. */
  @Test
  public void thePictureCanBeReadOnANarrowScreen() {
    chromium.open(many, "light", 360);

    assertThat(
            (List<?>)
                chromium
                    .driver()
                    .executeScript(
                        "const svg = document.querySelector('svg.scatter');"
                            + "const scale = svg.getBoundingClientRect().width / 640;"
                            + "return [...svg.querySelectorAll('text')].map("
                            + "  text => scale * parseFloat(getComputedStyle(text).fontSize));"))
        .isNotEmpty()
        .allMatch(size -> ((Number) size).doubleValue() > 8.5);
    assertThat(
            chromium.driver().findElements(By.cssSelector("svg text")).stream()
                .map(WebElement::getRect))
        .allMatch(text -> text.getX() >= 0 && text.getX() + text.getWidth() <= 360);
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

  private static List<String> texts(String selector) {
    return chromium.driver().findElements(By.cssSelector(selector)).stream()
        .map(element -> element.getDomProperty("textContent"))
        .toList();
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
