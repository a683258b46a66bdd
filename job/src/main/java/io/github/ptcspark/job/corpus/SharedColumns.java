package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What files of different shapes have in common: the columns that are asked for. Text and id must
 * be in all of them; a kept column that a file lacks is null there.
 */
final class SharedColumns {

  private final CorpusOptions options;
  private final DirectoryColumns directories;

  /** The first file of each shape. */
  private final Map<FileShape, InputFile> shapes = new LinkedHashMap<>();

  private SharedColumns(
      CorpusOptions options,
      DirectoryColumns directories,
      List<InputFile> files,
      List<FileShape> shapes) {
    this.options = options;
    this.directories = directories;
    for (int i = 0; i < shapes.size(); i++) {
      this.shapes.putIfAbsent(shapes.get(i), files.get(i));
    }
  }

  /**
   * The columns of all files together.
   *
   * @param shapes of the files, in their order
   * @throws JobException if columns are missing, cannot be read, or differ in what cannot be
   *     brought together
   */
  static Columns of(
      CorpusOptions options,
      DirectoryColumns directories,
      List<InputFile> files,
      List<FileShape> shapes) {
    SharedColumns shared = new SharedColumns(options, directories, files, shapes);
    shared.requireReadable();
    Columns columns = Columns.of(options, shared.present(), directories, options.inputNames());
    shared.requireText(options.textColumnOrDefault());
    options.idColumn().ifPresent(shared::requireId);
    return columns;
  }

  private void requireReadable() {
    shapes.forEach(
        (shape, file) ->
            shape
                .problems()
                .forEach(
                    (name, problem) -> {
                      throw new JobException(
                          "Cannot read %s: the column \"%s\" %s"
                              .formatted(file.name(), name, problem));
                    }));
  }

  /** All columns that there are; those that nobody asked for are of no type. */
  private StructType present() {
    Map<String, DataType> types = new LinkedHashMap<>();
    shapes.forEach(
        (shape, file) -> {
          for (String name : shape.names()) {
            Optional<StructField> field = field(shape, name);
            if (field.isPresent() || !types.containsKey(name)) {
              types.merge(
                  name,
                  field.map(StructField::dataType).orElse(DataTypes.NullType),
                  (before, now) -> before.equals(DataTypes.NullType) ? now : before);
            }
          }
        });
    options.keepColumns().forEach(name -> kept(name).ifPresent(type -> types.put(name, type)));
    List<StructField> fields = new ArrayList<>();
    types.forEach((name, type) -> fields.add(DataTypes.createStructField(name, type, true)));
    return DataTypes.createStructType(fields);
  }

  private static Optional<StructField> field(FileShape shape, String name) {
    return shape.types().getFieldIndex(name).isDefined()
        ? Optional.of(shape.types().apply(name))
        : Optional.empty();
  }

  private Optional<DataType> kept(String name) {
    DataType type = null;
    InputFile first = null;
    for (Map.Entry<FileShape, InputFile> each : shapes.entrySet()) {
      InputFile file = each.getValue();
      Optional<StructField> field = field(each.getKey(), name);
      if (field.isEmpty()) {
        otherCase(each.getKey(), file, name);
        continue;
      }
      DataType own = field.get().dataType();
      if (type == null) {
        type = own;
        first = file;
        continue;
      }
      Optional<DataType> common =
          directories.has(name) ? Optional.of(type) : CommonTypes.of(type, own);
      if (common.isEmpty()) {
        throw new JobException(
            "Cannot keep column \"%s\": it is of type %s in %s and of type %s in %s"
                .formatted(
                    name, type.simpleString(), first.name(), own.simpleString(), file.name()));
      }
      type = common.get();
    }
    return Optional.ofNullable(type);
  }

  private void requireText(String name) {
    shapes.forEach(
        (shape, file) -> {
          DataType type = required(shape, file, name);
          if (!(type instanceof StringType || type instanceof BinaryType)) {
            throw new JobException(
                "Cannot read %s: the text column \"%s\" is of type %s, not string"
                    .formatted(file.name(), name, type.simpleString()));
          }
        });
  }

  private void requireId(String name) {
    shapes.forEach(
        (shape, file) -> {
          DataType type = required(shape, file, name);
          if (!ValueText.suits(type)) {
            throw new JobException(
                "Cannot read %s: the id column \"%s\" is of type %s, which is no id"
                    .formatted(file.name(), name, type.simpleString()));
          }
        });
  }

  private DataType required(FileShape shape, InputFile file, String name) {
    Optional<ColumnPath> path = ColumnPath.find(name, shape.types());
    if (path.isEmpty()) {
      otherCase(shape, file, name);
      throw new JobException(
          "Cannot read %s: there is no column \"%s\", as there is in %s; the columns are %s"
              .formatted(file.name(), name, withColumn(name), ColumnNames.listed(shape.names())));
    }
    return path.get().in(shape.types()).dataType();
  }

  /** Refuses a file that has a column which is the same but for its case. */
  private void otherCase(FileShape shape, InputFile file, String name) {
    for (String other : shape.names()) {
      if (other.equalsIgnoreCase(name) && !shape.names().contains(name)) {
        String elsewhere = directories.has(name) ? "the directories" : withColumn(name);
        if (!elsewhere.isEmpty()) {
          throw new JobException(
              "Cannot read %s: it has a column \"%s\", which is \"%s\" in %s"
                  .formatted(file.name(), other, name, elsewhere));
        }
      }
    }
  }

  /** A file that has a column, if any has. */
  private String withColumn(String name) {
    return shapes.entrySet().stream()
        .filter(each -> ColumnPath.find(name, each.getKey().types()).isPresent())
        .findFirst()
        .map(each -> each.getValue().name())
        .orElse("");
  }
}
