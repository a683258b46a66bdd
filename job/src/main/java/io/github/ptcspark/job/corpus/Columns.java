package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private Columns(
      CorpusOptions options, ColumnPath idPath, ColumnPath textPath, List<StructField> kept) {
    this(options.idColumn().orElse(null), options.textColumnOrDefault(), idPath, textPath, kept);
  }

  private Columns(
      String id, String text, ColumnPath idPath, ColumnPath textPath, List<StructField> kept) {
    this.id = id;
    this.text = text;
    this.idPath = idPath;
    this.textPath = textPath;
    this.kept = new ArrayList<>(kept);
  }

  /**
   * Picks the columns out of those that there are. Names must match exactly; those of id and text
   * may lead into structs, see {@link ColumnPath}.
   *
   * @param input what is read, for messages
   * @throws JobException if columns are missing or there twice, or the text column is not a string
   */
  static Columns of(CorpusOptions options, StructType present, String input) {
    List<String> names = Arrays.asList(present.fieldNames());
    List<String> missing = new ArrayList<>();
    List<String> kept = options.keepColumns();
    for (String name : unseen(options).names()) {
      boolean there =
          kept.contains(name) ? names.contains(name) : ColumnPath.find(name, present).isPresent();
      if (!there) {
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
              + ColumnNames.listed(names));
    }
    ColumnPath textPath = ColumnPath.find(options.textColumnOrDefault(), present).orElseThrow();
    StructField text = textPath.in(present);
    if (!(text.dataType() instanceof StringType)) {
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
    return new Columns(options, idPath, textPath, kept.stream().map(present::apply).toList());
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
        kept.stream().map(field -> types.getOrDefault(field.name(), field)).toList());
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
        kept);
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

  /** The columns to carry along. */
  List<StructField> kept() {
    return Collections.unmodifiableList(kept);
  }
}
