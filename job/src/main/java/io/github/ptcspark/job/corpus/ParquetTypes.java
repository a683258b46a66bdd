package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's types of the columns of a Parquet file that are asked for. Nothing is asked of the
 * others, which may be of types that Spark does not know.
 */
final class ParquetTypes {

  private final MessageType file;
  private final Map<String, Type> found = new TreeMap<>();
  private final Map<String, String> problems = new TreeMap<>();
  private Optional<MessageType> readable = Optional.empty();

  /**
   * Looks.
   *
   * @param whole names of columns
   * @param paths names that may lead into structs, see {@link ColumnPath}
   */
  ParquetTypes(MessageType file, List<String> whole, List<String> paths) {
    this.file = file;
    for (String name : whole) {
      if (file.containsField(name)) {
        add(name, file.getType(name));
      }
    }
    for (String name : paths) {
      find(file, name).ifPresent(type -> add(name, type));
    }
  }

  private void add(String name, Type type) {
    MessageType message = new MessageType(file.getName(), type);
    try {
      spark(message);
      found.put(name, type);
      readable = Optional.of(readable.map(others -> others.union(message)).orElse(message));
    } catch (Exception e) { // An AnalysisException, which Spark does not declare.
      problems.put(name, problem(type, e));
    }
  }

  /** The column to which a name leads, with nothing in it but what the name means. */
  private static Optional<Type> find(GroupType group, String name) {
    if (group.containsField(name)) {
      return Optional.of(group.getType(name));
    }
    for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
      String head = name.substring(0, dot);
      if (group.containsField(head) && isStruct(group.getType(head))) {
        GroupType struct = group.getType(head).asGroupType();
        Optional<Type> rest = find(struct, name.substring(dot + 1));
        if (rest.isPresent()) {
          return rest.map(field -> struct.withNewFields(field));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isStruct(Type type) {
    return !type.isPrimitive()
        && type.getLogicalTypeAnnotation() == null
        && !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static String problem(Type type, Exception failure) {
    String remedy =
        type.toString().contains("NANOS")
            ? "write it in microseconds (in pandas and PyArrow coerce_timestamps=\"us\")"
            : "write it as text or leave it out";
    String reason = JobException.reason(failure).replaceFirst("^Illegal Parquet type: ", "");
    return "is of the Parquet type %s, which Spark cannot read; %s"
        .formatted(reason.replaceFirst("\\.$", ""), remedy);
  }

  private static StructType spark(MessageType message) {
    return new ParquetToSparkSchemaConverter(false, true, true, true, false).convert(message);
  }

  /** Why columns cannot be read, by the names that were asked for. */
  Map<String, String> problems() {
    return problems;
  }

  /** The columns that can be read. */
  StructType types() {
    if (readable.isEmpty()) {
      return new StructType();
    }
    List<StructField> fields = new ArrayList<>();
    for (StructField field : spark(readable.get()).fields()) {
      fields.add(DataTypes.createStructField(field.name(), field.dataType().asNullable(), true));
    }
    return DataTypes.createStructType(fields);
  }

  /** The names of the columns that can be read. */
  Stream<String> columns() {
    return readable.stream().flatMap(message -> message.getFields().stream()).map(Type::getName);
  }

  /** The names that were asked for and lead to the column. */
  List<String> asked(String column) {
    return found.entrySet().stream()
        .filter(entry -> entry.getValue().getName().equals(column))
        .map(Map.Entry::getKey)
        .toList();
  }
}
