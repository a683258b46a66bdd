package io.github.ptcspark.job.corpus;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * A range of bytes in a file: the records that begin in it are read together.
 *
 * @param path the file, qualified
 * @param start first byte
 * @param end first byte after it; {@link Long#MAX_VALUE} for all the rest
 */
record FileRange(String path, long start, long end) implements Serializable {

  /** A whole file. */
  static FileRange whole(Path path) {
    return new FileRange(path.toString(), 0, Long.MAX_VALUE);
  }

  /** The file as ids and messages name it: a local one without the scheme. */
  String name() {
    return localName(path);
  }

  /** A path without the scheme {@code file:}. */
  static String localName(String path) {
    if (!path.startsWith("file:")) {
      return path;
    }
    String rest = path.substring("file:".length());
    return rest.startsWith("//") ? rest.substring(2) : rest;
  }
}
