package io.github.ptcspark.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.PolicyJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What decides the rows of an output besides the documents. All runs that add to one output have
 * the same.
 *
 * @param values each part by its name
 */
record OutputIdentity(Map<String, JsonNode> values) {

  private static final String KEPT = "kept columns";

  static OutputIdentity of(
      String digest,
      ModelSettings settings,
      CorpusOptions corpus,
      List<StructField> kept,
      List<String> partitionColumns) {
    Map<String, JsonNode> values = new TreeMap<>();
    values.put("model digest", JsonFiles.tree(digest));
    values.put("policy", JsonFiles.tree(PolicyJson.write(settings.policy())));
    values.put("precision", JsonFiles.tree(settings.precision().toString()));
    values.put("long documents", JsonFiles.tree(settings.longDocuments().toString()));
    values.put("text column", JsonFiles.tree(corpus.textColumnOrDefault()));
    values.put("id column", JsonFiles.tree(corpus.idColumn().orElse(null)));
    values.put(
        KEPT,
        JsonFiles.tree(
            kept.stream()
                .map(field -> field.name() + " " + field.dataType().catalogString())
                .toList()));
    values.put("partition columns", JsonFiles.tree(partitionColumns));
    return new OutputIdentity(values);
  }

  /** The kept columns with their types. */
  List<StructField> kept() {
    List<StructField> kept = new ArrayList<>();
    for (JsonNode column : values.getOrDefault(KEPT, JsonFiles.tree(List.of()))) {
      String text = column.asText();
      int end = text.lastIndexOf(' '); // Names may have spaces, types have none.
      if (end > 0) {
        DataType type = DataType.fromDDL(text.substring(end + 1));
        kept.add(DataTypes.createStructField(text.substring(0, end), type, true));
      }
    }
    return kept;
  }

  /** What differs, as a sentence about this identity says it; nothing if they are the same. */
  List<String> differencesTo(OutputIdentity other) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(values.keySet());
    names.addAll(other.values.keySet());
    for (String name : names) {
      JsonNode own = values.get(name);
      JsonNode others = other.values.get(name);
      if (!Objects.equals(own, others)) {
        differences.add("%s %s, not %s".formatted(name, text(own), text(others)));
      }
    }
    return differences;
  }

  private static String text(JsonNode value) {
    if (value == null || value.isNull()) {
      return "none";
    }
    return value.isTextual() ? value.asText() : value.toString();
  }
}
