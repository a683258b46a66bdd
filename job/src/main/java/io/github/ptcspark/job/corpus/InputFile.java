package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * A file of a corpus.
 *
 * @param path where it is, qualified: scheme, authority and absolute path
 * @param length its size in bytes, as stored
 */
record InputFile(Path path, long length) {

  /** Some of the files, spread evenly over all: what is looked into before any work. */
  static List<InputFile> sample(List<InputFile> files, int most) {
    if (files.size() <= most) {
      return files;
    }
    List<InputFile> sample = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      sample.add(files.get((int) ((long) i * files.size() / most)));
    }
    return sample;
  }
}
