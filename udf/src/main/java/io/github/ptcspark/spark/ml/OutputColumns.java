package io.github.ptcspark.spark.ml;

import static org.apache.spark.sql.functions.udf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which column is read and which are added.
 *
 * @param uid of the transformer, for names that nobody else uses
 * @param input the column of texts
 * @param prediction the column for labels, or empty
 * @param probability the column for all scores, or empty
 * @param top the column for the best labels, or empty
 */
record OutputColumns(String uid, String input, String prediction, String probability, String top) {

  /** The schema with the new columns. */
  StructType addTo(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(input)) {
      throw new IllegalArgumentException(
          "Cannot classify column \"%s\": it does not exist, the columns are %s"
              .formatted(input, String.join(", ", names)));
    }
    StructField text = schema.apply(input);
    if (!(text.dataType() instanceof StringType)) {
      throw new IllegalArgumentException(
          "Cannot classify column \"%s\": it is of type %s, not string"
              .formatted(input, text.dataType().catalogString()));
    }
    StructType result = schema;
    for (Output output : outputs()) {
      // Spark finds columns whatever the case of their letters.
      if (Arrays.stream(result.fieldNames()).anyMatch(output.name()::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "Cannot add column \"%s\": there is a column of that name".formatted(output.name()));
      }
      result = result.add(output.type());
    }
    return result;
  }

  /** The dataset with the new columns. */
  Dataset<Row> add(Dataset<?> dataset, ClassifyText function) {
    // One call a text, whatever the number of columns that are taken from its result.
    String result = "result of " + uid;
    Dataset<Row> classified =
        dataset.withColumn(
            result, udf(function, ClassifyText.RESULT).apply(dataset.col(quoted(input))));
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Output output : outputs()) {
      columns.put(output.name(), classified.col(quoted(result)).getField(output.field()));
    }
    return classified.withColumns(columns).drop(result);
  }

  private List<Output> outputs() {
    return Stream.of(
            new Output(prediction, ClassifyText.LABEL),
            new Output(probability, ClassifyText.SCORES),
            new Output(top, ClassifyText.TOP))
        .filter(output -> !output.name().isEmpty())
        .toList();
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * A new column.
   *
   * @param field what it takes from the function's result
   */
  private record Output(String name, String field) {
    StructField type() {
      DataType type = ClassifyText.RESULT.apply(field).dataType();
      return DataTypes.createStructField(name, type, true);
    }
  }
}
