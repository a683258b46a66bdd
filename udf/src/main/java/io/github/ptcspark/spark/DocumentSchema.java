package io.github.ptcspark.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that are to be classified: id, text, error (set for a record that could not be read; it is
 * rejected as it is), then the columns that the user keeps. The first three have names of their
 * own, so that a kept column may be called {@code text}.
 */
public final class DocumentSchema {

  /** Position of the document's id, a string. */
  public static final int ID = 0;

  /** Position of the text, a string; null or blank texts are rejected. */
  public static final int TEXT = 1;

  /** Position of what was wrong with the record, a struct as {@link #ERROR_TYPE}, or null. */
  public static final int ERROR = 2;

  /** Position of the first kept column. */
  public static final int FIRST_KEPT = 3;

  /** Code and message of a reject. */
  public static final StructType ERROR_TYPE =
      new StructType()
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  private static final List<String> NAMES =
      List.of("_document_id", "_document_text", "_document_error");

  private DocumentSchema() {}

  /** The name of a column before the kept ones, by its position. */
  public static String name(int position) {
    return NAMES.get(position);
  }

  /** The schema with kept columns. */
  public static StructType of(List<StructField> kept) {
    List<StructField> fields = new ArrayList<>();
    fields.add(DataTypes.createStructField(name(ID), DataTypes.StringType, false));
    fields.add(DataTypes.createStructField(name(TEXT), DataTypes.StringType, true));
    fields.add(DataTypes.createStructField(name(ERROR), ERROR_TYPE, true));
    fields.addAll(kept);
    return DataTypes.createStructType(fields);
  }

  /** The kept columns of such a schema. */
  public static List<StructField> kept(StructType schema) {
    return List.of(schema.fields()).subList(FIRST_KEPT, schema.length());
  }
}
