package io.github.ptcspark.job.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark types of JSON values: whole numbers are {@code bigint}, other numbers {@code double},
 * objects structs, arrays arrays of what their elements have in common. Where values have nothing
 * in common, or are all null, the type is {@code string} and holds the JSON of what is no text.
 */
final class JsonTypes {

  private JsonTypes() {}

  /** The type of a struct that fits all of these objects. */
  static StructType of(List<JsonNode> objects) {
    DataType type = DataTypes.NullType;
    for (JsonNode object : objects) {
      type = merge(type, raw(object));
    }
    return type instanceof StructType struct ? finished(struct) : new StructType();
  }

  private static DataType raw(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> DataTypes.NullType;
      case BOOLEAN -> DataTypes.BooleanType;
      case NUMBER -> number(value);
      case ARRAY -> DataTypes.createArrayType(element(value));
      case OBJECT -> object(value);
      default -> DataTypes.StringType;
    };
  }

  private static DataType number(JsonNode value) {
    if (!value.isIntegralNumber()) {
      return DataTypes.DoubleType;
    }
    return value.canConvertToLong() ? DataTypes.LongType : DataTypes.StringType;
  }

  private static DataType element(JsonNode array) {
    DataType element = DataTypes.NullType;
    for (JsonNode each : array) {
      element = merge(element, raw(each));
    }
    return element;
  }

  private static DataType object(JsonNode value) {
    List<StructField> fields = new ArrayList<>();
    value.fields().forEachRemaining(e -> fields.add(field(e.getKey(), raw(e.getValue()))));
    return DataTypes.createStructType(fields);
  }

  private static DataType merge(DataType one, DataType other) {
    if (one.equals(other) || other.equals(DataTypes.NullType)) {
      return one;
    }
    if (one.equals(DataTypes.NullType)) {
      return other;
    }
    if (one instanceof StructType struct && other instanceof StructType with) {
      return merge(struct, with);
    }
    if (one instanceof ArrayType array && other instanceof ArrayType with) {
      return DataTypes.createArrayType(merge(array.elementType(), with.elementType()));
    }
    return isNumber(one) && isNumber(other) ? DataTypes.DoubleType : DataTypes.StringType;
  }

  private static DataType merge(StructType one, StructType other) {
    Map<String, DataType> fields = new LinkedHashMap<>();
    for (StructField field : one.fields()) {
      fields.put(field.name(), field.dataType());
    }
    for (StructField field : other.fields()) {
      fields.merge(field.name(), field.dataType(), JsonTypes::merge);
    }
    return DataTypes.createStructType(
        fields.entrySet().stream().map(e -> field(e.getKey(), e.getValue())).toList());
  }

  private static boolean isNumber(DataType type) {
    return type.equals(DataTypes.LongType) || type.equals(DataTypes.DoubleType);
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /** The type with strings where nothing is known, which no file format could store. */
  private static DataType finish(DataType type) {
    if (type.equals(DataTypes.NullType)) {
      return DataTypes.StringType;
    }
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(finish(array.elementType()));
    }
    if (type instanceof StructType struct) {
      return struct.length() == 0 ? DataTypes.StringType : finished(struct);
    }
    return type;
  }

  private static StructType finished(StructType struct) {
    List<StructField> fields = new ArrayList<>();
    for (StructField each : struct.fields()) {
      fields.add(field(each.name(), finish(each.dataType())));
    }
    return DataTypes.createStructType(fields);
  }
}
