package io.github.ptcspark.job.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.job.report.document.Explanation;
import io.github.ptcspark.job.report.document.ReadWindow;
import io.github.ptcspark.job.report.document.ReadWord;
import io.github.ptcspark.job.report.page.DocumentPage;
import io.github.ptcspark.pruning.PruningStatistics;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
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

/** How a model read a document, with words and names that would do harm if they were more. */
public class DocumentPageCheck extends PageCheck {

  private static final String HOSTILE =
      "</span></style></title><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>"
          + "\" onmouseover=\"alert(3) '><a href=javascript:alert(4)>\u001b[31m\u202e\u0000\u200b${7*7}&amp;";

  private static final String SHOWN =
      HOSTILE
          .replace("\u001b", "\\u001b")
          .replace("\u202e", "\\u202e")
          .replace("\u0000", "\\u0000")
          .replace("\u200b", "\\u200b");

  private static Path tokens;
  private static Path keysValues;

  @BeforeClass
  public static void writePages() throws IOException {
    tokens = write("explain-tokens.html", Scope.TOKENS);
    keysValues = write("explain-keys-values.html", Scope.KEYS_VALUES);
  }

  @Override
  List<Path> pages() {
    return List.of(tokens, keysValues);
  }

  @Test
  public void whatDocumentsLabelsAndNamesHoldIsText() {
    chromium.open(tokens, "light", WIDE);

    List<WebElement> documents = chromium.driver().findElements(By.cssSelector(".document"));
    assertThat(documents).hasSize(4);
    assertThat(documents.get(0).getDomProperty("textContent"))
        .startsWith("[CLS]" + SHOWN + " word1 word2")
        .endsWith("word20[SEP]");
    assertThat(documents.get(2).getDomProperty("textContent"))
        .startsWith("[CLS]word21 ")
        .endsWith(" and what follows[SEP]");
    assertThat(chromium.driver().findElements(By.cssSelector("script, img, a:not([href^='#'])")))
        .isEmpty();
    assertThat(chromium.driver().findElements(By.cssSelector("[onmouseover], [onerror], [style]")))
        .isEmpty();
    assertThat(chromium.driver().findElements(By.tagName("h1"))).hasSize(1);
    assertThat(chromium.driver().getTitle()).endsWith(SHOWN);
    // A dialog would make any command fail.
    assertThat(chromium.requests())
        .isNotEmpty()
        .allMatch(request -> request.endsWith("/explain-tokens.html"));
    assertThat(chromium.complaints()).isEmpty();
  }

  /** Chromium says what it paints, axe-core does not look at all of it. */
  @Test
  public void everyWordCanBeReadOnItsColour() {
    for (Path page : pages()) {
      for (String scheme : new String[] {"light", "dark"}) {
        chromium.open(page, scheme, WIDE);
        assertThat((List<?>) chromium.driver().executeScript(CONTRASTS))
            .as("%s, %s", page, scheme)
            .isNotEmpty()
            .allMatch(contrast -> ((Number) contrast).doubleValue() >= 4.5);
      }
    }
  }

  /** The contrasts of all words with what is behind them, as WCAG 2 computes them. */
  private static final String CONTRASTS =
      "const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});"
          + "const rgb = colours => { canvas.clearRect(0, 0, 1, 1);"
          + "  colours.forEach(c => { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); });"
          + "  return canvas.getImageData(0, 0, 1, 1).data; };"
          + "const light = c => [.2126, .7152, .0722].map((w, i) => { const v = c[i] / 255;"
          + "  return w * (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); })"
          + "  .reduce((a, b) => a + b);"
          + "const card = getComputedStyle(document.querySelector('section')).backgroundColor;"
          + "return [...document.querySelectorAll('.word, .unread')].map(e => {"
          + "  const s = getComputedStyle(e);"
          + "  const behind = light(rgb([card, s.backgroundColor])), text = light(rgb([s.color]));"
          + "  return (Math.max(behind, text) + .05) / (Math.min(behind, text) + .05); });";

  /** Colours are said in words: every word that went or was taken is in a table. */
  @Test
  public void tablesSayWhatColoursShow() {
    chromium.open(tokens, "light", WIDE);
    String layers = chromium.driver().findElement(By.cssSelector("#layers table")).getText();
    String taken = chromium.driver().findElement(By.cssSelector("#combination table")).getText();
    assertThat(layers).contains("word1", "word2");
    assertThat(taken).contains("word3", "word5", "[CLS]");
    assertThat(chromium.driver().findElements(By.cssSelector("#saliency details tbody tr")).size())
        .isEqualTo(explanation(Scope.TOKENS).words().size());
  }

  @Test
  public void coloursAndTablesArePrinted() throws IOException {
    chromium.open(tokens, "dark", WIDE);
    Path print = screenshot("explain-print.pdf");
    chromium.print(print);
    assertThat(print).isNotEmptyFile();
    assertThat(chromium.driver().findElement(By.cssSelector(".taken")).getCssValue("color"))
        .isNotBlank();
  }

  private static Path write(String name, Scope scope) throws IOException {
    Path page = FOLDER.getRoot().toPath().resolve(name);
    Files.writeString(page, new DocumentPage(explanation(scope)).html());
    return page;
  }

  /** Two windows of a document that begins with a hostile word, with every colour there is. */
  private static Explanation explanation(Scope scope) {
    StringBuilder text = new StringBuilder(HOSTILE);
    List<ReadWord> first = new ArrayList<>();
    List<ReadWord> second = new ArrayList<>();
    first.add(special("[CLS]"));
    first.add(word(HOSTILE, 0, 0, scope));
    second.add(special("[CLS]"));
    for (int i = 1; i <= 40; i++) {
      text.append(i % 10 == 0 ? "\n\n" : " ");
      int start = text.length();
      text.append("word").append(i);
      (i <= 20 ? first : second).add(word("word" + i, start, i, scope));
    }
    text.append(" and what follows");
    first.add(special("[SEP]"));
    second.add(special("[SEP]"));
    Classification result =
        new Classification(
            0,
            HOSTILE,
            List.of(0.7f, 0.3f),
            60,
            30,
            true,
            false,
            new PruningStatistics(
                2, 64, List.of(64, 60, 50, 45, 40, 35, 30, 8), 8, 500_000, 1_000_000));
    return new Explanation(
        HOSTILE,
        text.toString(),
        HOSTILE,
        "0123456789abcdef",
        new ModelSettings(
            Policies.ptc(0.8, Fuzzy.OFF, scope, 2, 1, 7, 8, 8),
            Precision.INT8,
            LongDocuments.WINDOWS),
        List.of(HOSTILE, "other"),
        8,
        result,
        result,
        Optional.of(result),
        false,
        60,
        List.of(new ReadWindow(first), new ReadWindow(second)));
  }

  private static ReadWord special(String token) {
    return new ReadWord(token, true, 0, 0, -1, 1, 7, true, List.of(1), 0);
  }

  private static ReadWord word(String text, int start, int piece, Scope scope) {
    int layer = 1 + piece % 7;
    boolean stayed = piece % 7 == 6 || (piece % 7 >= 2 && piece % 2 == 1);
    boolean taken = stayed || scope == Scope.KEYS_VALUES;
    return new ReadWord(
        text,
        false,
        start,
        start + text.length(),
        piece,
        1,
        stayed ? 7 : Math.min(6, layer),
        stayed,
        taken ? List.of(1 + piece % 8) : List.of(),
        (piece % 15 - 7) / 7.0);
  }
}
