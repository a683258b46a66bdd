package io.github.ptcspark.job.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** JSON values as the Spark values of a type that {@link JsonTypes} found. */
final class JsonValues {

  private JsonValues() {}

  /**
   * Converts a value; one that is missing or null becomes null. Fields that the struct type lacks
   * are left out.
   *
   * @throws IllegalArgumentException if the value does not have the type
   */
  static Object of(JsonNode value, DataType type) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (type.equals(DataTypes.StringType)) {
      return DocumentRows.wellFormed(
          value.isTextual() || value.isDouble() ? value.asText() : value.toString());
    }
    if (type.equals(DataTypes.LongType) && value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    if (type.equals(DataTypes.DoubleType) && value.isNumber()) {
      return value.doubleValue();
    }
    if (type.equals(DataTypes.BooleanType) && value.isBoolean()) {
      return value.booleanValue();
    }
    if (type instanceof ArrayType array && value.isArray()) {
      Object[] elements = new Object[value.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = of(value.get(i), array.elementType());
      }
      return elements;
    }
    if (type instanceof StructType struct && value.isObject()) {
      StructField[] fields = struct.fields();
      Object[] values = new Object[fields.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = of(value.get(fields[i].name()), fields[i].dataType());
      }
      return RowFactory.create(values);
    }
    throw new IllegalArgumentException(Json.kind(value) + ", not " + type.simpleString());
  }
}
