package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Files that Spark reads as they were listed: those and no others, whatever their names, and
 * nothing is asked of the file system again. Columns that are the same for all rows of a file come
 * with it, as partition columns.
 */
final class ListedFiles implements FileIndex {

  private static final long BLOCK = 128 << 20;

  private final List<InputFile> files;
  private final StructType columns;
  private final List<String[]> values;

  /**
   * Files.
   *
   * @param columns names of their columns, which are strings
   * @param values for each file, in the order of the columns; some may be null
   */
  ListedFiles(List<InputFile> files, List<String> columns, List<String[]> values) {
    this.files = List.copyOf(files);
    StructType schema = new StructType();
    for (String name : columns) {
      schema = schema.add(name, DataTypes.StringType, true);
    }
    this.columns = schema;
    this.values = List.copyOf(values);
  }

  /** A file as Hadoop describes it. */
  static FileStatus status(InputFile file) {
    return new FileStatus(file.length(), false, 1, BLOCK, file.modified(), file.hadoopPath());
  }

  @Override
  public Seq<Path> rootPaths() {
    return seq(files.stream().map(file -> file.hadoopPath().getParent()).distinct().toList());
  }

  /** All of them: Spark's filters are conditions on rows, which it checks again. */
  @Override
  public Seq<PartitionDirectory> listFiles(
      Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
    List<PartitionDirectory> directories = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Object[] row = Arrays.stream(values.get(i)).map(UTF8String::fromString).toArray();
      InternalRow constant = new GenericInternalRow(row);
      directories.add(PartitionDirectory.apply(constant, new FileStatus[] {status(files.get(i))}));
    }
    return seq(directories);
  }

  @Override
  public String[] inputFiles() {
    return files.stream().map(InputFile::path).toArray(String[]::new);
  }

  @Override
  public void refresh() {}

  @Override
  public long sizeInBytes() {
    return files.stream().mapToLong(InputFile::length).sum();
  }

  @Override
  public StructType partitionSchema() {
    return columns;
  }

  static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBufferConverter(list).asScala();
  }
}
