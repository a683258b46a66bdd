package io.github.ptcspark.spark.sql;

import java.util.function.Supplier;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** A function of one text, before Spark has checked its arguments. */
final class TextFunction implements UnboundFunction {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final String description;
  private final transient Supplier<BoundFunction> bound;

  /**
   * A function.
   *
   * @param bound makes what evaluates it; called for right arguments only, for it may read a model
   */
  TextFunction(String name, String description, Supplier<BoundFunction> bound) {
    this.name = name;
    this.description = description;
    this.bound = bound;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public BoundFunction bind(StructType arguments) {
    if (arguments.length() != 1) {
      throw new UnsupportedOperationException(
          "%s takes one text, not %s arguments".formatted(name, arguments.length()));
    }
    DataType type = arguments.fields()[0].dataType();
    if (!(type instanceof StringType || type instanceof NullType)) {
      throw new UnsupportedOperationException(
          "%s takes a string, not %s".formatted(name, type.catalogString()));
    }
    return bound.get();
  }
}
