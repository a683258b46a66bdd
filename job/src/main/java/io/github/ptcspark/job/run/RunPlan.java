package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.corpus.DocumentCount;
import io.github.ptcspark.job.report.Lines;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run would do.
 *
 * @param format of the input
 * @param files how many files the input has
 * @param slices sizes of the slices that are to do, in bytes
 * @param done slices that earlier runs committed
 * @param documents in the slices that are to do, if that is cheaply known
 * @param partitions of a slice
 * @param cores tasks at once
 * @param master Spark's
 * @param settings how the model is run, in an exact precision
 * @param processors what has to run the precision; empty on a GPU
 * @param digest digest of the bundle
 * @param promise of a model that was calibrated
 * @param modelBytes size of the bundle
 * @param memory what an executor needs
 * @param rate documents a second of one task, measured here; absent if there is nothing to do, or
 *     this machine lacks what the model is to run on
 * @param output where rows go
 */
public record RunPlan(
    String format,
    int files,
    List<Long> slices,
    long done,
    Optional<DocumentCount> documents,
    int partitions,
    int cores,
    String master,
    ModelSettings settings,
    String processors,
    String digest,
    Optional<RunPromise> promise,
    long modelBytes,
    MemoryNeeds memory,
    Optional<Double> rate,
    String output) {

  private static final double MIB = 1024 * 1024;

  /** The plan as people read it. */
  public String text() {
    Lines text = new Lines();
    long bytes = slices.stream().mapToLong(Long::longValue).sum();
    text.add("input        %,d files, %s", files, format);
    text.add(
        "to do        %,d slices, %.1f MiB, %s; %,d slices are done",
        slices.size(),
        bytes / MIB,
        documents.map(RunPlan::text).orElse("an unknown number of documents"),
        done);
    text.add("a slice      about %d partitions, %d tasks at once (%s)", partitions, cores, master);
    text.addModel(settings, digest);
    promise.ifPresent(shown -> text.add("promise      %s", shown.text()));
    if (!processors.isEmpty()) {
      text.add("processors   %s", processors);
    }
    text.add(
        "memory       bundle %s; an executor needs %s of heap and %s beside it",
        MemoryNeeds.text(modelBytes),
        MemoryNeeds.text(memory.heap()),
        MemoryNeeds.text(memory.beside()));
    rate.ifPresent(perTask -> addSpeed(text, perTask));
    text.add("output       %s; nothing was written", output);
    return text.toString();
  }

  /** Tasks on cores add up; those on a GPU share it. */
  private void addSpeed(Lines text, double perTask) {
    if (settings.precision().device() == Device.GPU) {
      text.add("speed        %.1f documents a second of one task, measured on GPU 0 here", perTask);
      return;
    }
    text.add("speed        %.1f documents a second and core, measured here", perTask);
    documents.ifPresent(
        count ->
            text.add(
                "time         about %s on %d cores",
                Lines.duration(count.documents() / (perTask * cores)), cores));
  }

  private static String text(DocumentCount count) {
    return String.format(
        Locale.ROOT, "%s%,d documents", count.exact() ? "" : "about ", count.documents());
  }
}
