package io.github.ptcspark.job.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * A line of a JSON Lines file as a document.
 *
 * <p>A blank line is no record. A line that is not JSON, not an object, whose text is not a string
 * or whose kept columns do not have their type is a malformed record. A text that is missing or
 * null is a null text; an id that is missing or null is made from file and position.
 */
final class JsonLines implements LineFiles.Parser {

  private static final long serialVersionUID = 1L;

  private final Columns columns;
  private final DocumentRows rows;

  /** Lines with these columns. */
  JsonLines(Columns columns, DocumentRows rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * The columns of a corpus, from a sample of its lines. If none of them holds an object, nothing
   * is known of the columns and nothing is checked.
   */
  static Columns columns(CorpusOptions options, List<Line> sample, DirectoryColumns directories) {
    List<JsonNode> objects = sample.stream().flatMap(line -> object(line).stream()).toList();
    objects.forEach(object -> lift(options, object));
    return objects.isEmpty()
        ? Columns.unseen(options)
        : Columns.of(options, JsonTypes.of(objects), directories, options.inputNames());
  }

  /** Puts what names with dots lead to beside the rest: an outer type may say nothing of it. */
  private static void lift(CorpusOptions options, JsonNode object) {
    List<String> names = new ArrayList<>(List.of(options.textColumnOrDefault()));
    options.idColumn().ifPresent(names::add);
    for (String name : names) {
      ColumnPath.value(name, object).ifPresent(value -> ((ObjectNode) object).set(name, value));
    }
  }

  /** The object in a line; a malformed record says nothing of the columns. */
  private static Optional<JsonNode> object(Line line) {
    try {
      return line.text().isBlank() || line.problem().isPresent()
          ? Optional.empty()
          : Optional.of(Json.parse(line.text())).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Row> parse(String position, String line) {
    if (line.isBlank()) {
      return Optional.empty();
    }
    JsonNode record;
    try {
      record = Json.parse(line);
    } catch (JsonProcessingException e) {
      return Optional.of(rows.malformed(position, Json.problem(e), line));
    }
    if (!record.isObject()) {
      String reason = "not an object but " + Json.kind(record);
      return Optional.of(rows.malformed(position, reason, line));
    }
    return Optional.of(document(position, record, line));
  }

  private Row document(String position, JsonNode record, String line) {
    String id =
        columns
            .id()
            .flatMap(name -> ColumnPath.value(name, record))
            .flatMap(value -> string(value, line))
            .orElse(position);
    Object[] values = new Object[columns.kept().size()];
    String problem = null;
    for (int i = 0; i < values.length; i++) {
      StructField field = columns.kept().get(i);
      try {
        values[i] = JsonValues.of(record.get(field.name()), field.dataType());
      } catch (IllegalArgumentException e) {
        problem = "the column \"" + field.name() + "\" holds " + e.getMessage();
      }
    }
    JsonNode text = ColumnPath.value(columns.text(), record).orElse(null);
    if (text != null && !text.isNull() && !text.isTextual()) {
      problem = "the text column \"" + columns.text() + "\" holds " + Json.kind(text);
    }
    if (problem != null) {
      return rows.malformed(id, problem, line, values);
    }
    return rows.document(id, text == null ? null : text.textValue(), values);
  }

  /** An id: a text, or the JSON of what is none; a number as it stands in the line. */
  private Optional<String> string(JsonNode value, String line) {
    if (value.isNull()) {
      return Optional.empty();
    }
    if (value.isNumber() && !value.isIntegralNumber()) {
      return Optional.of(Json.number(value, line));
    }
    return Optional.of(
        DocumentRows.wellFormed(value.isTextual() ? value.textValue() : value.toString()));
  }
}
