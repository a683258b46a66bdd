package io.github.ptcspark.job.corpus;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a column is that a user names: {@code a.b} is the field {@code b} of the struct {@code a},
 * unless there is a column whose name is {@code a.b}. In the same way the longest name counts
 * inside of structs.
 *
 * @param names the column and the fields within it, from the outside in, at least one
 */
record ColumnPath(List<String> names) implements Serializable {

  /** Copies the names into a list that travels. */
  ColumnPath {
    names = new ArrayList<>(names);
  }

  /** The column of this very name. */
  static ColumnPath literal(String name) {
    return new ColumnPath(List.of(name));
  }

  /** Where a name leads in a schema, if it leads anywhere. Names must match exactly. */
  static Optional<ColumnPath> find(String name, StructType schema) {
    if (List.of(schema.fieldNames()).contains(name)) {
      return Optional.of(literal(name));
    }
    for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
      String head = name.substring(0, dot);
      if (List.of(schema.fieldNames()).contains(head)
          && schema.apply(head).dataType() instanceof StructType struct) {
        Optional<ColumnPath> rest = find(name.substring(dot + 1), struct);
        if (rest.isPresent()) {
          return rest.map(path -> path.below(head));
        }
      }
    }
    return Optional.empty();
  }

  /** The value to which a name leads in an object, if it leads anywhere; it may be null. */
  static Optional<JsonNode> value(String name, JsonNode object) {
    JsonNode own = object.get(name);
    if (own != null) {
      return Optional.of(own);
    }
    for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
      JsonNode head = object.get(name.substring(0, dot));
      if (head != null && head.isObject()) {
        Optional<JsonNode> rest = value(name.substring(dot + 1), head);
        if (rest.isPresent()) {
          return rest;
        }
      }
    }
    return Optional.empty();
  }

  private ColumnPath below(String head) {
    List<String> all = new ArrayList<>(List.of(head));
    all.addAll(names);
    return new ColumnPath(all);
  }

  /** The name of the outermost column. */
  String root() {
    return names.get(0);
  }

  /** The field in a schema where {@link #find} found it; its type is that of the values. */
  StructField in(StructType schema) {
    StructField field = schema.apply(root());
    for (String name : names.subList(1, names.size())) {
      field = ((StructType) field.dataType()).apply(name);
    }
    return field;
  }

  /** The column of rows of such a schema: null where a struct on the way is null. */
  Column column() {
    return col(names.stream().map(ColumnPath::quoted).collect(Collectors.joining(".")));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
