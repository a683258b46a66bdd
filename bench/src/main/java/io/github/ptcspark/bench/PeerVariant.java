package io.github.ptcspark.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A way to run one of the peers.
 *
 * @param peer whose way it is; the best way of each peer is measured again
 * @param precision of its arithmetic
 * @param batch what it computes at once, in words
 * @param reference the {@link #name} of the variant whose vectors are exact
 * @param vectors the column of its output with a vector for each document
 * @param command what to run, with {@link #INPUT} and {@link #OUTPUT} in place of their paths
 * @param obstacle why it cannot run on this machine
 */
record PeerVariant(
    String peer,
    String precision,
    String batch,
    String reference,
    String vectors,
    List<String> command,
    Optional<String> obstacle) {

  static final String INPUT = "{input}";
  static final String OUTPUT = "{output}";

  /** Its name, which no other has. */
  String name() {
    return "%s, %s, %s".formatted(peer, precision, batch);
  }

  /** The command for some documents. */
  List<String> command(Path input, Path output) {
    return command.stream()
        .map(word -> word.replace(INPUT, input.toString()).replace(OUTPUT, output.toString()))
        .toList();
  }
}
