package io.github.ptcspark.job.run;

import io.github.ptcspark.job.output.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What deserves attention in what earlier runs and others left of an output. */
final class OutputNotes {

  private OutputNotes() {}

  /** The notes, a line each. */
  static List<String> of(Output output) {
    List<String> notes = new ArrayList<>();
    output
        .dead()
        .ifPresent(dead -> notes.add("taking over from a run that died (%s)".formatted(dead)));
    if (!output.lost().isEmpty()) {
      notes.add(
          String.format(
                  Locale.ROOT,
                  "%,d files of earlier runs are gone, %s among them; their documents are not classified",
                  output.lost().size(),
                  output.lost().get(0))
              + " again (--overwrite classifies everything anew)");
    }
    if (!output.foreign().isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d files look like rows of this output and no run of it wrote them: readers meet %s",
              output.foreign().size(),
              output.foreign().get(0)));
    }
    return notes;
  }
}
