package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What has happened to files since they were classified.
 *
 * @param changed names of files that have another size or modification time now
 * @param vanished names of files that do not exist any more
 */
public record CorpusChanges(List<String> changed, List<String> vanished) {

  /** Copies the names. */
  public CorpusChanges {
    changed = List.copyOf(changed);
    vanished = List.copyOf(vanished);
  }

  /**
   * Compares.
   *
   * @param files files of the corpus as they are now
   * @param done what was classified of them and perhaps of others
   */
  static CorpusChanges between(
      List<InputFile> files, List<SlicePart> done, Configuration configuration) throws IOException {
    Map<String, InputFile> present = new TreeMap<>();
    files.forEach(file -> present.put(file.path(), file));
    TreeSet<String> changed = new TreeSet<>();
    TreeSet<String> absent = new TreeSet<>();
    for (SlicePart part : done) {
      InputFile now = present.get(part.file().path());
      if (now == null) {
        absent.add(part.file().path());
      } else if (!now.equals(part.file())) {
        changed.add(now.path());
      }
    }
    TreeSet<String> vanished = new TreeSet<>();
    for (String path : absent) {
      Path file = new Path(path);
      if (!file.getFileSystem(configuration).exists(file)) {
        vanished.add(path);
      }
    }
    return new CorpusChanges(names(changed), names(vanished));
  }

  /** Whether nothing has happened. */
  public boolean isEmpty() {
    return changed.isEmpty() && vanished.isEmpty();
  }

  private static List<String> names(TreeSet<String> paths) {
    return paths.stream().map(FileRange::localName).toList();
  }
}
