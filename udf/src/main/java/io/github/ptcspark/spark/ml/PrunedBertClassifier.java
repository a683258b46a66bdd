package io.github.ptcspark.spark.ml;

import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.spark.BroadcastModels;
import io.github.ptcspark.spark.RowClassifier;
import io.github.ptcspark.spark.SharedModel;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Labels a column of texts, as a stage of a pipeline or alone, of tables and of streams.
 *
 * <p>It adds the name of the best class, the scores of all classes and, if {@code topK} is set, the
 * best classes with their scores. A text that is null or empty, or that the model refuses, has
 * nulls there. Scores are an array of float, the same bits that a run writes, which every reader of
 * Parquet understands; Spark ML's {@code array_to_vector} makes a vector of it.
 *
 * <p>The bundle is read where the driver runs, when it is first needed, and broadcast; an executor
 * loads it once, whatever the number of tasks and transformers. Saving writes the bundle along, so
 * that what is saved needs no other file.
 *
 * <p>Setters and getters have the names that Spark ML's own stages use.
 */
public final class PrunedBertClassifier extends Transformer implements MLWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> model;
  private final Param<String> inputCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final IntParam topK;
  private final Param<String> topKCol;

  private transient volatile Loaded loaded;

  /** A classifier with a new uid. */
  public PrunedBertClassifier() {
    this(Identifiable.randomUID("prunedBertClassifier"));
  }

  /** A classifier with a given uid. */
  public PrunedBertClassifier(String uid) {
    this.uid = uid;
    model = new Param<>(this, "model", "directory of the bundle, on the driver or with a scheme");
    inputCol = new Param<>(this, "inputCol", "the column of texts");
    predictionCol = new Param<>(this, "predictionCol", "new column for the label; empty for none");
    probabilityCol =
        new Param<>(this, "probabilityCol", "new column for all scores, by id; empty for none");
    topK = new IntParam(this, "topK", "how many labels go to topKCol", ParamValidators.gtEq(1));
    topKCol = new Param<>(this, "topKCol", "new column for the best labels, if topK is set");
    setDefault(inputCol, "text");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(topKCol, "topK");
  }

  /** Reads what {@link #write()} wrote. */
  public static MLReader<PrunedBertClassifier> read() {
    return new SelfContainedReader();
  }

  /** Loads what {@link #save(String)} saved. */
  public static PrunedBertClassifier load(String path) {
    return read().load(path);
  }

  /**
   * Adds the columns. The texts are classified when rows are asked for.
   *
   * @throws IllegalArgumentException if the columns do not fit the dataset, or no model is set
   * @throws io.github.ptcspark.bundle.BundleException if the model cannot be read or run
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema(), true);
    RowClassifier classifier = new RowClassifier(sharedModel(dataset.sparkSession()));
    int best = isDefined(topK) ? getTopK() : 0;
    return columns().add(dataset, new ClassifyText(classifier, best));
  }

  /**
   * The schema with the added columns.
   *
   * @throws IllegalArgumentException if the input column is missing or no string, or an output
   *     column exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return columns().addTo(schema);
  }

  /**
   * Names of the classes by label id, the order of probabilities.
   *
   * @throws io.github.ptcspark.bundle.BundleException if the model cannot be read or run
   */
  public List<String> labels() {
    return sharedModel(SparkSession.active()).labels();
  }

  @Override
  public PrunedBertClassifier copy(ParamMap extra) {
    PrunedBertClassifier copy = defaultCopy(extra);
    copy.loaded = loaded;
    return copy;
  }

  /** Writes the parameters and the bundle. */
  @Override
  public MLWriter write() {
    return new SelfContainedWriter(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Directory of the bundle: on the driver's disk, or with a scheme such as {@code hdfs:}. */
  public Param<String> model() {
    return model;
  }

  /** Column of the texts, by default {@code text}. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column for the label, by default {@code prediction}; left out if empty. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Column for the scores of all labels, by default {@code probability}; left out if empty. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** How many labels {@link #topKCol()} has, all if the model has fewer; not set by default. */
  public IntParam topK() {
    return topK;
  }

  /**
   * Column for the best labels and scores, by default {@code topK}; left out unless topK is set.
   */
  public Param<String> topKCol() {
    return topKCol;
  }

  /** Sets {@link #model()}. */
  public PrunedBertClassifier setModel(String value) {
    set(model, value);
    return this;
  }

  /** Sets {@link #inputCol()}. */
  public PrunedBertClassifier setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** Sets {@link #predictionCol()}. */
  public PrunedBertClassifier setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** Sets {@link #probabilityCol()}. */
  public PrunedBertClassifier setProbabilityCol(String value) {
    set(probabilityCol, value);
    return this;
  }

  /** Sets {@link #topK()}. */
  public PrunedBertClassifier setTopK(int value) {
    set(topK, value);
    return this;
  }

  /** Sets {@link #topKCol()}. */
  public PrunedBertClassifier setTopKCol(String value) {
    set(topKCol, value);
    return this;
  }

  /** The value of {@link #model()}. */
  public String getModel() {
    return getOrDefault(model);
  }

  /** The value of {@link #inputCol()}. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** The value of {@link #predictionCol()}. */
  public String getPredictionCol() {
    return getOrDefault(predictionCol);
  }

  /** The value of {@link #probabilityCol()}. */
  public String getProbabilityCol() {
    return getOrDefault(probabilityCol);
  }

  /** The value of {@link #topK()}. */
  public int getTopK() {
    return (int) getOrDefault(topK);
  }

  /** The value of {@link #topKCol()}. */
  public String getTopKCol() {
    return getOrDefault(topKCol);
  }

  /**
   * The model of this classifier: as it was first read, so that calls are cheap and all give the
   * same answers, until another directory is set or Spark is started anew.
   */
  SharedModel sharedModel(SparkSession session) {
    if (!isDefined(model)) {
      throw new IllegalArgumentException(
          "Cannot classify: parameter model of %s is not set".formatted(uid));
    }
    String application = session.sparkContext().applicationId();
    Loaded current = loaded;
    if (current == null || !current.isFor(getModel(), application)) {
      SharedModel read = BroadcastModels.read(session, getModel(), SettingsChanges.NONE);
      current = new Loaded(getModel(), application, read);
      loaded = current;
    }
    return current.shared();
  }

  private OutputColumns columns() {
    return new OutputColumns(
        uid,
        getInputCol(),
        getPredictionCol(),
        getProbabilityCol(),
        isDefined(topK) ? getTopKCol() : "");
  }

  private record Loaded(String directory, String application, SharedModel shared) {
    boolean isFor(String otherDirectory, String otherApplication) {
      return directory.equals(otherDirectory) && application.equals(otherApplication);
    }
  }
}
