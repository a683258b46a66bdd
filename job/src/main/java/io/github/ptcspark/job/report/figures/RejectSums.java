package io.github.ptcspark.job.report.figures;

import java.io.Serializable;

/** Documents that were rejected for one reason, to which others can be added. */
final class RejectSums implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int EXAMPLES = 3;

  private final FirstOf<RejectFigures.Example> examples = new FirstOf<>(EXAMPLES);
  private long documents;

  void add(DocumentFigures document) {
    documents++;
    examples.add(new RejectFigures.Example(document.id(), document.message()));
  }

  void add(RejectSums other) {
    documents += other.documents;
    other.examples.list().forEach(examples::add);
  }

  RejectFigures figures(String code) {
    return new RejectFigures(code, documents, examples.list());
  }
}
