package io.github.ptcspark.job.corpus;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.spark.JavaTimeRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows that Spark has read as documents. */
final class SessionDocuments {

  private static final int SELECTED = 5;

  private final Columns columns;
  private final DocumentLimit limit;

  /** Documents with these columns, of which the kept ones come as they are to be. */
  SessionDocuments(Columns columns, DocumentLimit limit) {
    this.columns = columns;
    this.limit = limit;
  }

  /** A place by which records without an id are known. */
  record Place(Column file, Column position) {}

  /**
   * The documents.
   *
   * @param schema of the rows, where text and id are found
   * @param place of a record; made of its text if absent
   * @param kept the values of the kept columns
   */
  Dataset<Row> of(Dataset<Row> rows, StructType schema, Optional<Place> place, List<Column> kept) {
    Column text = ColumnPath.find(columns.text(), schema).orElseThrow().column().cast("string");
    Column tooLong = octet_length(text).gt(limit.bytes());
    List<Column> selected = new ArrayList<>();
    selected.add(
        columns
            .id()
            .map(name -> id(ColumnPath.find(name, schema).orElseThrow(), schema))
            .orElse(lit(null).cast("string"))
            .as(DocumentSchema.name(DocumentSchema.ID)));
    selected.add(
        when(tooLong, DocumentLimit.beginning(text))
            .otherwise(text)
            .as(DocumentSchema.name(DocumentSchema.TEXT)));
    selected.add(place.map(Place::file).orElse(lit("sha256")).as("_document_file"));
    selected.add(
        place
            .map(Place::position)
            .orElse(sha2(coalesce(text, lit("")), 256))
            .as("_document_position"));
    selected.add(when(tooLong, octet_length(text)).as("_document_bytes"));
    selected.addAll(kept);
    List<StructField> fields = columns.kept();
    return rows.select(selected.toArray(new Column[0]))
        .map(document(fields.size(), limit), JavaTimeRows.encoder(DocumentSchema.of(fields)));
  }

  private static Column id(ColumnPath path, StructType schema) {
    return ValueText.column(path.column(), path.in(schema).dataType());
  }

  private static MapFunction<Row, Row> document(int kept, DocumentLimit limit) {
    DocumentRows documents = new DocumentRows(kept);
    return row -> {
      String own = ValueText.of(row.get(0));
      String id = own != null ? own : row.getString(2) + ":" + row.get(3);
      Object[] values = new Object[kept];
      for (int i = 0; i < kept; i++) {
        values[i] = row.get(SELECTED + i);
      }
      return row.isNullAt(4)
          ? documents.document(id, row.getString(1), values)
          : documents.tooLong(id, limit, "the text", row.getInt(4), row.getString(1), values);
    };
  }
}
