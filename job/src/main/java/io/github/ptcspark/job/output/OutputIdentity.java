package io.github.ptcspark.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.FormerPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What decides the rows of an output besides the documents. All runs that add to one output have
 * the same.
 *
 * @param values each part by its name
 */
public record OutputIdentity(Map<String, JsonNode> values) {

  private static final String POLICY = "policy";
  private static final String PRECISION = "precision";

  /** Which of the kinds of a precision; absent if it has none. */
  private static final String ARITHMETIC = "arithmetic";

  private static final String KEPT = "kept columns";
  private static final String PARTITIONS = "partition columns";

  /** Writes the policy as this version does, whichever version wrote it. */
  public OutputIdentity {
    values = new TreeMap<>(values);
    values.computeIfPresent(POLICY, (name, policy) -> currentForm(policy));
  }

  /**
   * The identity of an output of runs with these settings.
   *
   * @param settings with an exact precision
   */
  public static OutputIdentity of(
      String digest,
      ModelSettings settings,
      CorpusOptions corpus,
      List<StructField> kept,
      List<String> partitionColumns) {
    Map<String, JsonNode> values = new TreeMap<>();
    values.put("model digest", SmallFiles.tree(digest));
    values.put(POLICY, SmallFiles.tree(settings.policy().toString()));
    Precision exact = settings.precision();
    values.put(PRECISION, SmallFiles.tree(exact.family().toString()));
    if (exact.family() != exact) {
      values.put(ARITHMETIC, SmallFiles.tree(exact.toString()));
    }
    values.put("long documents", SmallFiles.tree(settings.longDocuments().toString()));
    values.put("text column", SmallFiles.tree(corpus.textColumnOrDefault()));
    values.put("id column", SmallFiles.tree(corpus.idColumn().orElse(null)));
    values.put(
        KEPT,
        SmallFiles.tree(
            kept.stream()
                .map(field -> new TreeMap<>(Map.of("name", field.name(), "type", type(field))))
                .toList()));
    values.put(PARTITIONS, SmallFiles.tree(partitionColumns));
    return new OutputIdentity(values);
  }

  /**
   * The exact precision of the rows; nothing if this version does not know it, or the version that
   * wrote them did not say which of several it was.
   */
  public Optional<Precision> precision() {
    return Optional.ofNullable(values.getOrDefault(ARITHMETIC, values.get(PRECISION)))
        .flatMap(name -> Precision.named(name.asText()))
        .filter(Precision::isExact);
  }

  /** The kept columns with their types. */
  public List<StructField> kept() {
    List<StructField> kept = new ArrayList<>();
    for (JsonNode column : values.get(KEPT)) {
      kept.add(
          DataTypes.createStructField(
              column.get("name").asText(), DataType.fromJson(column.get("type").toString()), true));
    }
    return kept;
  }

  /** The columns whose values are directories. */
  public List<String> partitionColumns() {
    List<String> names = new ArrayList<>();
    values.get(PARTITIONS).forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Each part in words, by its name. */
  public Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    values.forEach((name, value) -> texts.put(name, words(name, value)));
    return texts;
  }

  /** What differs, as a sentence about this identity says it; nothing if they are the same. */
  public List<String> differencesTo(OutputIdentity other) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(values.keySet());
    names.addAll(other.values.keySet());
    for (String name : names) {
      JsonNode own = values.get(name);
      JsonNode others = other.values.get(name);
      if (!Objects.equals(own, others)) {
        differences.add(
            name.equals(ARITHMETIC)
                    && own == null
                    && Objects.equals(values.get(PRECISION), other.values.get(PRECISION))
                ? "%s of a version of ptc that did not record which, not %s"
                    .formatted(text(values.get(PRECISION)), text(others))
                : "%s %s, not %s".formatted(name, text(own), text(others)));
      }
    }
    return differences;
  }

  /** A policy as text, with all its options; as it is where this version does not know it. */
  private static JsonNode currentForm(JsonNode policy) {
    try {
      PruningPolicy known =
          policy.isObject() ? FormerPolicy.read(policy) : PolicyText.complete(policy.asText());
      return SmallFiles.tree(known.toString());
    } catch (IllegalArgumentException e) {
      return policy;
    }
  }

  /** The type as Spark writes it, which takes names of any kind. */
  private static JsonNode type(StructField field) {
    try {
      return new ObjectMapper().readTree(field.dataType().asNullable().json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read JSON", e);
    }
  }

  /** As people would say it, where that is known: another version may have written the value. */
  private static String words(String name, JsonNode value) {
    try {
      return switch (name) {
        case KEPT -> list(value, column -> column.get("name").asText() + " " + typeName(column));
        case PARTITIONS -> list(value, JsonNode::asText);
        default -> text(value);
      };
    } catch (RuntimeException e) {
      return text(value);
    }
  }

  private static String list(JsonNode values, Function<JsonNode, String> words) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(words.apply(value)));
    return texts.isEmpty() ? "none" : String.join(", ", texts);
  }

  private static String typeName(JsonNode column) {
    return DataType.fromJson(column.get("type").toString()).simpleString();
  }

  private static String text(JsonNode value) {
    if (value == null || value.isNull()) {
      return "none";
    }
    return value.isTextual() ? value.asText() : value.toString();
  }
}
