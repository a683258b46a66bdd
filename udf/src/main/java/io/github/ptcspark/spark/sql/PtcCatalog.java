package io.github.ptcspark.spark.sql;

import io.github.ptcspark.spark.BroadcastModels;
import io.github.ptcspark.spark.ModelOptions;
import io.github.ptcspark.spark.RowClassifier;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A Spark catalog with the functions of one model, {@code classify} and {@code label}.
 * Configuration alone brings it into a session:
 *
 * <pre>
 * spark.sql.catalog.ptc            io.github.ptcspark.spark.sql.PtcCatalog
 * spark.sql.catalog.ptc.model      my.bundle
 * spark.sql.catalog.ptc.precision  int8
 * </pre>
 *
 * <p>The keys are those of {@link ModelOptions}. The bundle is read where the driver runs, when a
 * query of the session first uses a function, and stays as it was read until the session ends. Two
 * models are two catalogs.
 */
public final class PtcCatalog implements FunctionCatalog {

  private final List<UnboundFunction> functions =
      List.of(
          new TextFunction(
              ClassifyFunction.NAME,
              ClassifyFunction.DESCRIPTION,
              () -> new ClassifyFunction(classifier())),
          new TextFunction(
              LabelFunction.NAME,
              LabelFunction.DESCRIPTION,
              () -> new LabelFunction(classifier())));

  private String name;
  private ModelOptions options;
  private RowClassifier classifier;

  /** A catalog that Spark is yet to initialize. */
  public PtcCatalog() {}

  /**
   * Takes the configuration.
   *
   * @throws IllegalArgumentException if a key is unknown or a value invalid
   */
  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap configuration) {
    name = catalog;
    try {
      options = ModelOptions.parse(configuration.asCaseSensitiveMap());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot use catalog %s: %s".formatted(catalog, e.getMessage()), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length > 0) {
      throw new NoSuchNamespaceException(namespace);
    }
    return functions.stream()
        .map(function -> Identifier.of(namespace, function.name()))
        .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier identifier) throws NoSuchFunctionException {
    String wanted = identifier.name().toLowerCase(Locale.ROOT);
    for (UnboundFunction function : functions) {
      if (identifier.namespace().length == 0 && function.name().equals(wanted)) {
        return function;
      }
    }
    throw new NoSuchFunctionException(identifier);
  }

  /** One for all functions of this catalog, so that they share answers. */
  private synchronized RowClassifier classifier() {
    if (classifier == null) {
      classifier =
          new RowClassifier(
              BroadcastModels.read(SparkSession.active(), options.model(), options.changes()));
    }
    return classifier;
  }
}
