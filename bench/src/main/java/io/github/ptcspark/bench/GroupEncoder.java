package io.github.ptcspark.bench;

import java.util.List;

/** An engine that makes a vector of each document, in batches of documents of like length. */
interface GroupEncoder extends AutoCloseable {

  /** The mean output tokens of the documents, in their order, each {@code [hidden]}. */
  List<float[]> encode(List<String> texts);

  @Override
  void close();
}
