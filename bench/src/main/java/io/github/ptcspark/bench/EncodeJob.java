package io.github.ptcspark.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark job with one task that makes vectors of documents by an engine of another project.
 *
 * <p>Arguments: engine, model, tokenizer.json, documents in a batch, JSON Lines with id and text,
 * and the directory of the Parquet output.
 */
public final class EncodeJob {

  /** Documents that are sorted by length together. */
  private static final int GROUP = 1024;

  private static final StructType DOCUMENT =
      new StructType().add("id", DataTypes.StringType).add("text", DataTypes.StringType);
  private static final StructType VECTOR =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false));

  private EncodeJob() {}

  /** The engines. */
  private enum Engine {
    ONNXRUNTIME {
      @Override
      GroupEncoder load(Path model, Path tokenizer, int batch) {
        return new OnnxGroups(model, tokenizer, batch);
      }
    },
    DJL {
      @Override
      GroupEncoder load(Path model, Path tokenizer, int batch) {
        return new DjlGroups(model, batch);
      }
    };

    abstract GroupEncoder load(Path model, Path tokenizer, int batch);
  }

  /** Runs the job. */
  public static void main(String[] arguments) {
    Engine engine = Engine.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    String model = arguments[1];
    String tokenizer = arguments[2];
    int batch = Integer.parseInt(arguments[3]);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .appName(arguments[0])
            .config("spark.ui.enabled", false)
            .getOrCreate()) {
      Dataset<Row> documents = session.read().schema(DOCUMENT).json(arguments[4]).coalesce(1);
      MapPartitionsFunction<Row, Row> encode =
          rows -> encode(rows, engine.load(Path.of(model), Path.of(tokenizer), batch));
      documents.mapPartitions(encode, Encoders.row(VECTOR)).write().parquet(arguments[5]);
    }
  }

  private static Iterator<Row> encode(Iterator<Row> documents, GroupEncoder engine) {
    try (engine) {
      List<Row> encoded = new ArrayList<>();
      while (documents.hasNext()) {
        List<Row> group = new ArrayList<>();
        while (documents.hasNext() && group.size() < GROUP) {
          group.add(documents.next());
        }
        List<float[]> vectors = engine.encode(group.stream().map(row -> row.getString(1)).toList());
        for (int i = 0; i < vectors.size(); i++) {
          encoded.add(RowFactory.create(group.get(i).getString(0), vectors.get(i)));
        }
      }
      return encoded.iterator();
    }
  }
}
