package io.github.ptcspark.job.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What holds for every page, in a Chromium for all tests of a class. */
public abstract class PageCheck {

  static final int WIDE = 1280;
  private static final int NARROW = 360;

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  static Chromium chromium;

  @BeforeClass
  public static void start() throws IOException {
    chromium = new Chromium(FOLDER.newFolder("profile").toPath());
  }

  @AfterClass
  public static void end() {
    chromium.close();
  }

  @Before
  public void forgetRequests() {
    chromium.requests();
    chromium.complaints();
  }

  /** The pages, by the names of their screenshots. */
  abstract List<Path> pages();

  @Test
  public void thereIsNoBarrier() throws IOException {
    for (Path page : pages()) {
      for (String scheme : new String[] {"light", "dark"}) {
        for (int width : new int[] {WIDE, NARROW}) {
          chromium.open(page, scheme, width);
          chromium.driver().findElements(By.tagName("summary")).forEach(WebElement::click);
          assertThat(chromium.barriers()).as("%s, %s, %s wide", page, scheme, width).isEmpty();
          chromium.photograph(
              screenshot(
                  page.getFileName().toString().replace(".html", "")
                      + "-%s-%s.png".formatted(scheme, width)));
        }
      }
    }
  }

  @Test
  public void nothingIsWiderThanTheScreen() {
    for (int width : new int[] {320, NARROW, WIDE}) {
      chromium.open(pages().get(0), "light", width);
      assertThat(
              (List<?>)
                  chromium
                      .driver()
                      .executeScript(
                          "const wide = document.documentElement.scrollWidth > innerWidth;"
                              + "return wide ? [...document.querySelectorAll('*')]"
                              + "  .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth)"
                              + "  .map(e => e.outerHTML.slice(0, 80)) : [];"))
          .as("%s wide", width)
          .isEmpty();
    }
  }

  @Test
  public void theKeyboardReachesEverything() {
    chromium.open(pages().get(0), "light", WIDE);
    chromium.driver().findElement(By.tagName("body")).sendKeys(Keys.TAB);
    assertThat(active().getText()).isEqualTo("Skip to the content");
    active().sendKeys(Keys.ENTER);
    assertThat(active().getDomAttribute("id")).isEqualTo("content");
    WebElement details = chromium.driver().findElement(By.tagName("details"));
    for (int i = 0; i < 60 && !active().getTagName().equals("summary"); i++) {
      active().sendKeys(Keys.TAB);
    }
    active().sendKeys(Keys.ENTER);
    assertThat(details.getDomProperty("open")).isEqualTo("true");
  }

  static Path screenshot(String name) {
    return Path.of(System.getProperty("screenshots.directory"), name);
  }

  private static WebElement active() {
    return chromium.driver().switchTo().activeElement();
  }
}
