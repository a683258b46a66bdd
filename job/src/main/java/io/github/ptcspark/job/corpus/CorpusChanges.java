package io.github.ptcspark.job.corpus;

/**
 * What has happened to files since they were classified.
 *
 * @param changed files that have another size or modification time now
 * @param vanished files that are not where the inputs lead to any more
 */
public record CorpusChanges(FileNames changed, FileNames vanished) {

  /** Whether nothing has happened. */
  public boolean isEmpty() {
    return changed.isEmpty() && vanished.isEmpty();
  }
}
