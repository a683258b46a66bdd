package io.github.ptcspark.job.corpus;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Ids and labels of other types as text: numbers in plain notation, dates and times as in ISO 8601
 * (instants in UTC), bytes as UTF-8 where they are that and in hexadecimal where not.
 */
final class ValueText {

  private ValueText() {}

  /** Whether values of a type can be ids or labels. */
  static boolean suits(DataType type) {
    return type instanceof StringType
        || type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof BinaryType;
  }

  /** The column in a form that {@link #of} takes, in a session whose time zone is UTC. */
  static Column column(Column id, DataType type) {
    if (type instanceof TimestampType) {
      return functions.concat(iso(id), functions.lit("Z"));
    }
    if (type instanceof TimestampNTZType) {
      return iso(id);
    }
    return type instanceof DateType ? id.cast("string") : id;
  }

  private static Column iso(Column timestamp) {
    return functions.translate(timestamp.cast("string"), " ", "T");
  }

  /** A value as text; null stays null. */
  static String of(Object value) {
    if (value instanceof Double number) {
      return PlainNumbers.of(number);
    }
    if (value instanceof Float number) {
      return PlainNumbers.of(number);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof byte[] bytes) {
      return of(bytes);
    }
    return value == null ? null : value.toString();
  }

  private static String of(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return HexFormat.of().formatHex(bytes);
    }
  }
}
