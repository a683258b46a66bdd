package io.github.ptcspark.job.run;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Spark's Parquet with own entries in the key-value metadata of every file: each write option whose
 * name starts with {@value #PREFIX} becomes an entry of that name.
 */
public final class AnnotatedParquetFormat extends ParquetFileFormat {

  /** What names of own metadata start with. */
  public static final String PREFIX = "ptc.";

  private static final long serialVersionUID = 1L;

  @Override
  public OutputWriterFactory prepareWrite(
      SparkSession session,
      Job job,
      scala.collection.immutable.Map<String, String> options,
      StructType schema) {
    OutputWriterFactory factory = super.prepareWrite(session, job, options, schema);
    JavaConverters.mapAsJavaMap(options)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)) {
                job.getConfiguration().set(name, value);
              }
            });
    ParquetOutputFormat.setWriteSupportClass(job, AnnotatingWriteSupport.class);
    return factory;
  }

  /** Writes rows as Spark does and adds the entries. */
  public static final class AnnotatingWriteSupport extends ParquetWriteSupport {

    @Override
    public WriteSupport.WriteContext init(Configuration configuration) {
      WriteSupport.WriteContext context = super.init(configuration);
      Map<String, String> metadata = new HashMap<>(context.getExtraMetaData());
      configuration.forEach(
          entry -> {
            if (entry.getKey().startsWith(PREFIX)) {
              metadata.put(entry.getKey(), entry.getValue());
            }
          });
      return new WriteSupport.WriteContext(context.getSchema(), metadata);
    }
  }
}
