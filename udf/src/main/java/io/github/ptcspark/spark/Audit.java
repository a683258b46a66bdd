package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleDigest;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.spark.sql.Row;

/**
 * Which documents are classified in full too, to see how often that gives the same label: a random
 * share, drawn by the document itself, so that it is the same whatever the partitions.
 *
 * @param share of the documents, from 0 to 1
 */
public record Audit(double share) implements Serializable {

  /** No document. */
  public static final Audit NONE = new Audit(0);

  private static final double POSSIBLE = 0x1p64;

  /**
   * An audit.
   *
   * @throws IllegalArgumentException if the share is not from 0 to 1
   */
  public Audit {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("Invalid audit share: %s (0 to 1)".formatted(share));
    }
  }

  /**
   * Whether a document is one of them.
   *
   * @param document see {@link DocumentSchema}
   */
  boolean takes(Row document) {
    if (share == 0 || document.isNullAt(DocumentSchema.TEXT)) {
      return false;
    }
    return (number(document) >>> 11) * 0x1p11 < share * POSSIBLE;
  }

  /** The first eight bytes of SHA-256 of id and text. */
  private static long number(Row document) {
    MessageDigest digest = BundleDigest.sha256();
    byte[] id = document.getString(DocumentSchema.ID).getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, id.length));
    digest.update(id);
    digest.update(document.getString(DocumentSchema.TEXT).getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
