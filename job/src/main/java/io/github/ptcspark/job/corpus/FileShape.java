package io.github.ptcspark.job.corpus;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructType;

/**
 * What files are alike in: those of one shape are read together.
 *
 * @param names of all columns that they have
 * @param types of the columns that are asked for, as Spark reads them; of a struct no more than the
 *     fields that are asked for
 * @param problems why columns that are asked for cannot be read, by their names
 * @param options for Spark's reader
 */
record FileShape(
    List<String> names, StructType types, Map<String, String> problems, Map<String, String> options)
    implements Serializable {

  /** Copies lists and maps into some that travel. */
  FileShape {
    names = new ArrayList<>(names);
    problems = new TreeMap<>(problems);
    options = new TreeMap<>(options);
  }

  /** Files whose columns are all of a schema. */
  static FileShape of(StructType schema) {
    return new FileShape(List.of(schema.fieldNames()), schema.asNullable(), Map.of(), Map.of());
  }
}
