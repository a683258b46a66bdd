package io.github.ptcspark.spark.sql;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.spark.RowClassifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code classify(text)}: the best class, its score, and what pruning left of the text, as in the
 * columns of these names in the output of a run. Null for a text that a run would reject.
 *
 * @param classifier the model
 */
record ClassifyFunction(RowClassifier classifier) implements ScalarFunction<InternalRow> {

  static final String NAME = "classify";
  static final String DESCRIPTION =
      "classify(text) - label, score, tokens and tokens_kept of a text; null if it is null or empty,"
          + " or the model refuses it";

  private static final StructType RESULT =
      new StructType()
          .add("label", DataTypes.StringType, false)
          .add("score", DataTypes.FloatType, false)
          .add("tokens", DataTypes.IntegerType, false)
          .add("tokens_kept", DataTypes.IntegerType, false);

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
    return RESULT;
  }

  @Override
  public InternalRow produceResult(InternalRow arguments) {
    return arguments.isNullAt(0)
        ? null
        : classifier.classify(arguments.getString(0)).map(ClassifyFunction::row).orElse(null);
  }

  /** How plans show it. */
  @Override
  public String toString() {
    return NAME;
  }

  private static InternalRow row(Classification result) {
    return new GenericInternalRow(
        new Object[] {
          UTF8String.fromString(result.label()),
          result.score(),
          result.tokens(),
          result.tokensKept()
        });
  }
}
