package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a corpus that are read, with the types that they have there. */
final class Columns implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String id;
  private final String text;
  private final ColumnPath idPath;
  private final ColumnPath textPath;
  private final ArrayList<StructField> kept;
  private final HashSet<String> inDirectories;

  private Columns(
      CorpusOptions options,
      ColumnPath idPath,
      ColumnPath textPath,
      List<StructField> kept,
      List<String> inDirectories) {
    this(
        options.idColumn().orElse(null),
        options.textColumnOrDefault(),
        idPath,
        textPath,
        kept,
        inDirectories);
  }

  private Columns(
      String id,
      String text,
      ColumnPath idPath,
      ColumnPath textPath,
      List<StructField> kept,
      Collection<String> inDirectories) {
    this.id = id;
    this.text = text;
    this.idPath = idPath;
    this.textPath = textPath;
    this.kept = new ArrayList<>(kept);
    this.inDirectories = new HashSet<>(inDirectories);
  }

  /**
   * Picks the columns out of those that there are. Names must match exactly; those of id and text
   * may lead into structs, see {@link ColumnPath}.
   *
   * @param present the columns of the files
   * @param directories kept columns may be theirs; those are strings
   * @param input what is read, for messages
   * @throws JobException if columns are missing or there twice, or the text column is not a string
   */
  static Columns of(
      CorpusOptions options, StructType present, DirectoryColumns directories, String input) {
    List<String> names = Arrays.asList(present.fieldNames());
    List<String> missing = new ArrayList<>();
    for (String name : unseen(options).names()) {
      boolean kept = options.keepColumns().contains(name);
      boolean read =
          name.equals(options.textColumnOrDefault())
              || options.idColumn().filter(name::equals).isPresent();
      if ((read && ColumnPath.find(name, present).isEmpty())
          || (kept && !names.contains(name) && !directories.has(name))) {
        missing.add("\"" + name + "\"");
      } else if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new JobException(
            "Cannot read " + input + ": the column \"" + name + "\" is there twice");
      }
    }
    if (!missing.isEmpty()) {
      throw new JobException(
          "Cannot read "
              + input
              + ": there is no column "
              + String.join(", ", missing)
              + "; the columns are "
              + ColumnNames.listed(names)
              + (directories.names().isEmpty()
                  ? ""
                  : "; directories name " + ColumnNames.listed(directories.names())));
    }
    ColumnPath textPath = ColumnPath.find(options.textColumnOrDefault(), present).orElseThrow();
    StructField text = textPath.in(present);
    if (!(text.dataType() instanceof StringType || text.dataType() instanceof BinaryType)) {
      throw new JobException(
          "Cannot read "
              + input
              + ": the text column \""
              + options.textColumnOrDefault()
              + "\" is of type "
              + text.dataType().simpleString()
              + ", not string");
    }
    ColumnPath idPath =
        options.idColumn().flatMap(name -> ColumnPath.find(name, present)).orElse(null);
    return new Columns(
        options,
        idPath,
        textPath,
        options.keepColumns().stream()
            .map(name -> kept(name, present, directories, input))
            .toList(),
        directories.names());
  }

  private static StructField kept(
      String name, StructType present, DirectoryColumns directories, String input) {
    if (!directories.has(name)) {
      return present.apply(name);
    }
    directories.requireClear(name);
    if (present.getFieldIndex(name).isDefined()) {
      String type = present.apply(name).dataType().typeName();
      if (Set.of("struct", "array", "map").contains(type)) {
        throw new JobException(
            "Cannot keep column \"%s\": it is of type %s in %s, and directories name it too"
                .formatted(name, type, input));
      }
    }
    return DataTypes.createStructField(name, DataTypes.StringType, true);
  }

  /** The same columns; kept ones that are known by name have the known type. */
  Columns typedAs(List<StructField> known) {
    Map<String, StructField> types = new HashMap<>();
    known.forEach(field -> types.put(field.name(), field));
    return new Columns(
        id,
        text,
        idPath,
        textPath,
        kept.stream().map(field -> types.getOrDefault(field.name(), field)).toList(),
        inDirectories);
  }

  /** The columns where nothing is known of the corpus: the kept ones are strings. */
  static Columns unseen(CorpusOptions options) {
    List<StructField> kept =
        options.keepColumns().stream()
            .map(name -> DataTypes.createStructField(name, DataTypes.StringType, true))
            .toList();
    return new Columns(
        options,
        options.idColumn().map(ColumnPath::literal).orElse(null),
        ColumnPath.literal(options.textColumnOrDefault()),
        kept,
        List.of());
  }

  /** Names of all columns that are read, each once. */
  List<String> names() {
    List<String> names = new ArrayList<>(List.of(text));
    id().ifPresent(names::add);
    kept.forEach(field -> names.add(field.name()));
    return names.stream().distinct().toList();
  }

  /**
   * The column with the id, as the user names it; ids are made from file and position if absent.
   */
  Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /** The column with the text, as the user names it. */
  String text() {
    return text;
  }

  /** Where the column with the id is. */
  Optional<ColumnPath> idPath() {
    return Optional.ofNullable(idPath);
  }

  /** Where the column with the text is. */
  ColumnPath textPath() {
    return textPath;
  }

  /** Whether directories have a kept column, so that files may lack it. */
  boolean isInDirectories(String name) {
    return inDirectories.contains(name) && kept.stream().anyMatch(k -> k.name().equals(name));
  }

  /** The columns to carry along. */
  List<StructField> kept() {
    return Collections.unmodifiableList(kept);
  }
}
