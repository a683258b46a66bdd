package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A type that holds the values of two without loss. */
final class CommonTypes {

  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  /** Whole numbers of up to 32 bits are doubles too. */
  private static final int LAST_DOUBLE = 2;

  private CommonTypes() {}

  /** The type, if there is one: a wider number, or a struct with the fields of both. */
  static Optional<DataType> of(DataType one, DataType other) {
    if (one.equals(other)) {
      return Optional.of(one);
    }
    if (WHOLE.contains(one) && WHOLE.contains(other)) {
      return Optional.of(WHOLE.get(Math.max(WHOLE.indexOf(one), WHOLE.indexOf(other))));
    }
    if (one instanceof DecimalType first && other instanceof DecimalType second) {
      return decimal(first, second);
    }
    return isDouble(one) && isDouble(other)
        ? Optional.of(DataTypes.DoubleType)
        : nested(one, other);
  }

  private static boolean isDouble(DataType type) {
    return type.equals(DataTypes.DoubleType)
        || type.equals(DataTypes.FloatType)
        || (WHOLE.contains(type) && WHOLE.indexOf(type) <= LAST_DOUBLE);
  }

  private static Optional<DataType> decimal(DecimalType one, DecimalType other) {
    int scale = Math.max(one.scale(), other.scale());
    int whole = Math.max(one.precision() - one.scale(), other.precision() - other.scale());
    return whole + scale <= DecimalType.MAX_PRECISION()
        ? Optional.of(DataTypes.createDecimalType(whole + scale, scale))
        : Optional.empty();
  }

  /** Values inside of others are read as they are, so only fields may be missing. */
  private static Optional<DataType> nested(DataType one, DataType other) {
    if (one.equals(other)) {
      return Optional.of(one);
    }
    if (one instanceof StructType first && other instanceof StructType second) {
      return struct(first, second);
    }
    if (one instanceof ArrayType first && other instanceof ArrayType second) {
      return nested(first.elementType(), second.elementType()).map(DataTypes::createArrayType);
    }
    if (one instanceof MapType first && other instanceof MapType second) {
      return nested(first.keyType(), second.keyType())
          .flatMap(
              key ->
                  nested(first.valueType(), second.valueType())
                      .map(value -> DataTypes.createMapType(key, value)));
    }
    return Optional.empty();
  }

  private static Optional<DataType> struct(StructType one, StructType other) {
    Map<String, DataType> fields = new LinkedHashMap<>();
    for (StructField field : one.fields()) {
      fields.put(field.name(), field.dataType());
    }
    for (StructField field : other.fields()) {
      DataType before = fields.get(field.name());
      Optional<DataType> merged =
          before == null ? Optional.of(field.dataType()) : nested(before, field.dataType());
      if (merged.isEmpty()) {
        return Optional.empty();
      }
      fields.put(field.name(), merged.get());
    }
    List<StructField> all = new ArrayList<>();
    fields.forEach((name, type) -> all.add(DataTypes.createStructField(name, type, true)));
    return Optional.of(DataTypes.createStructType(all));
  }

  /** Whether values of a type are read as those of a wider one, and not converted afterwards. */
  static boolean isNested(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }
}
