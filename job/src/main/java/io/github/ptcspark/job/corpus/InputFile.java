package io.github.ptcspark.job.corpus;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A file of a corpus, with what tells whether it has changed.
 *
 * @param path where it is, qualified: scheme, authority and absolute path
 * @param length its size in bytes, as stored
 * @param modified when it was last modified, in milliseconds since 1970
 */
public record InputFile(String path, long length, long modified) implements Serializable {

  static InputFile of(FileStatus status) {
    return new InputFile(
        status.getPath().toString(), status.getLen(), status.getModificationTime());
  }

  /** The file as ids and messages name it: a local one without the scheme. */
  public String name() {
    return FileRange.localName(path);
  }

  Path hadoopPath() {
    return new Path(path);
  }

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
