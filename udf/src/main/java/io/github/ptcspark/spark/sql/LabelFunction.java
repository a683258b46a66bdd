package io.github.ptcspark.spark.sql;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.spark.RowClassifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code label(text)}: the name of the best class. Null for a text that a run would reject.
 *
 * @param classifier the model
 */
record LabelFunction(RowClassifier classifier) implements ScalarFunction<UTF8String> {

  static final String NAME = "label";
  static final String DESCRIPTION =
      "label(text) - the label of a text; null if it is null or empty, or the model refuses it";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String canonicalName() {
    return Names.canonical(NAME, classifier.model());
  }

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {DataTypes.StringType};
  }

  @Override
  public DataType resultType() {
    return DataTypes.StringType;
  }

  @Override
  public UTF8String produceResult(InternalRow arguments) {
    return arguments.isNullAt(0)
        ? null
        : classifier
            .classify(arguments.getString(0))
            .map(Classification::label)
            .map(UTF8String::fromString)
            .orElse(null);
  }

  /** How plans show it. */
  @Override
  public String toString() {
    return NAME;
  }
}
