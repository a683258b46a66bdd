package io.github.ptcspark.job.report.page;

import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import io.github.ptcspark.job.report.Printable;

/** Escapes by context, as jte does, what has been made visible before. */
final class PrintableOutput extends OwaspHtmlTemplateOutput {

  PrintableOutput(TemplateOutput html) {
    super(html);
  }

  @Override
  public void writeUserContent(String value) {
    super.writeUserContent(value == null ? null : Printable.text(value));
  }
}
