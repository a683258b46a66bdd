package io.github.ptcspark.job.corpus;

import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.spark.Reject;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;

/** Makes rows as {@link DocumentSchema} has them. */
final class DocumentRows implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NOWHERE = -1;

  private final int kept;

  /** The kept column that holds the text of a document without columns. */
  private final int text;

  /** Rows with a number of kept columns. */
  DocumentRows(int kept) {
    this(kept, NOWHERE);
  }

  private DocumentRows(int kept, int text) {
    this.kept = kept;
    this.text = text;
  }

  /** Rows of files that have no columns but the text, which may be kept under this name. */
  static DocumentRows ofTexts(List<StructField> kept, String name) {
    int text = NOWHERE;
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).name().equals(name)) {
        text = i;
      }
    }
    return new DocumentRows(kept.size(), text);
  }

  /** The id of a record that has none of its own. */
  static String id(FileRange range, long position) {
    return range.name() + ":" + position;
  }

  /** A document whose file has no columns. */
  Row document(String id, String content) {
    Object[] values = new Object[kept];
    if (text != NOWHERE) {
      values[text] = content;
    }
    return document(id, content, values);
  }

  /** A document; the text may be null. */
  Row document(String id, String content, Object[] values) {
    return row(id, content == null ? null : wellFormed(content), null, values);
  }

  /** A record that cannot be read; the message is the reason and all of the raw text. */
  Row malformed(String id, String reason, String raw) {
    return malformed(id, reason, raw, new Object[kept]);
  }

  /** A record that cannot be read, of which the kept columns can. */
  Row malformed(String id, String reason, String raw, Object[] values) {
    String message = raw.isEmpty() ? reason : reason + ": " + wellFormed(raw);
    return row(id, null, Reject.MALFORMED_RECORD.error(message), values);
  }

  /**
   * A document that is longer than the limit.
   *
   * @param what it is, such as "the line"
   * @param bytes how many it has
   * @param raw its beginning, of which a message shows some
   */
  Row tooLong(String id, DocumentLimit limit, String what, long bytes, String raw) {
    return tooLong(id, limit, what, bytes, raw, new Object[kept]);
  }

  /** The same for a document of which the kept columns can be read. */
  Row tooLong(
      String id, DocumentLimit limit, String what, long bytes, String raw, Object[] values) {
    return malformed(id, limit.problem(what, bytes, "bytes"), DocumentLimit.beginning(raw), values);
  }

  private Row row(String id, String content, Row error, Object[] values) {
    Object[] all = new Object[DocumentSchema.FIRST_KEPT + kept];
    all[DocumentSchema.ID] = id;
    all[DocumentSchema.TEXT] = content;
    all[DocumentSchema.ERROR] = error;
    System.arraycopy(values, 0, all, DocumentSchema.FIRST_KEPT, kept);
    return RowFactory.create(all);
  }

  /** The text with U+FFFD in place of each half of a surrogate pair that lacks the other half. */
  static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (fixed == null) {
        fixed = new StringBuilder(text);
      }
      fixed.setCharAt(i, '\uFFFD');
    }
    return fixed == null ? text : fixed.toString();
  }
}
