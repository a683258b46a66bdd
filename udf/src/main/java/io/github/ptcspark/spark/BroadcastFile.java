package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.Blocks;
import io.github.ptcspark.bundle.FileContent;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A file that goes to the executors in pieces, each a broadcast of its own. An executor takes a
 * piece when it reads it, and holds no more than one at a time beside those that Spark keeps, in as
 * much of the heap as it has for that and else on disk.
 *
 * <p>A piece is a byte array, which every {@code spark.serializer} writes, whatever classes it
 * wants to have registered.
 */
final class BroadcastFile implements FileContent, Serializable {

  private static final long serialVersionUID = 1L;

  /** With its header one block of a broadcast as Spark cuts them by default. */
  private static final int PIECE = 4_000_000;

  private final long size;
  private final ArrayList<Broadcast<byte[]>> pieces = new ArrayList<>();

  private transient byte[] piece;
  private transient int number;

  private BroadcastFile(long size) {
    this.size = size;
  }

  /** Broadcasts a file. */
  static BroadcastFile of(JavaSparkContext spark, FileContent content) {
    BroadcastFile file = new BroadcastFile(content.size());
    for (long from = 0; from < content.size(); from += PIECE) {
      byte[] piece = new byte[(int) Math.min(PIECE, content.size() - from)];
      content.read(from, ByteBuffer.wrap(piece));
      file.pieces.add(spark.broadcast(piece));
    }
    return file;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void read(long position, ByteBuffer into) {
    Blocks.read(position, into, PIECE, number -> ByteBuffer.wrap(piece(number)));
  }

  /** Takes the file off the executors. */
  void destroy() {
    pieces.forEach(Broadcast::destroy);
  }

  private byte[] piece(int wanted) {
    if (piece == null || number != wanted) {
      piece = null; // Two would be held while the next one arrives.
      piece = pieces.get(wanted).value();
      number = wanted;
    }
    return piece;
  }
}
