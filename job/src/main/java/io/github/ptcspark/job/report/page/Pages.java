package io.github.ptcspark.job.report.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/** Makes pages of templates. */
public final class Pages {

  /** Where the build puts the classes that it makes of the templates. */
  private static final String PACKAGE = "io.github.ptcspark.job.report.templates";

  private static final TemplateEngine ENGINE =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), PACKAGE);

  private Pages() {}

  /**
   * A page. Whatever the model's texts hold is shown as text: markup is escaped, and so are the
   * characters that {@link io.github.ptcspark.job.report.Printable} makes visible.
   *
   * @param template the name of its file in {@code src/main/jte}
   * @param model the only parameter of the template
   */
  public static String render(String template, Object model) {
    StringOutput html = new StringOutput();
    ENGINE.render(template, model, new PrintableOutput(html));
    return html.toString();
  }
}
