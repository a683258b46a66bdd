package io.github.ptcspark.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.PolicyJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What decides the rows of an output besides the documents. All runs that add to one output have
 * the same.
 *
 * @param values each part by its name
 */
record OutputIdentity(Map<String, JsonNode> values) {

  static OutputIdentity of(
      String digest, ModelSettings settings, CorpusOptions corpus, List<String> partitionColumns) {
    Map<String, JsonNode> values = new TreeMap<>();
    values.put("model digest", JsonFiles.tree(digest));
    values.put("policy", JsonFiles.tree(PolicyJson.write(settings.policy())));
    values.put("precision", JsonFiles.tree(settings.precision().toString()));
    values.put("long documents", JsonFiles.tree(settings.longDocuments().toString()));
    values.put("text column", JsonFiles.tree(corpus.textColumnOrDefault()));
    values.put("id column", JsonFiles.tree(corpus.idColumn().orElse(null)));
    values.put("kept columns", JsonFiles.tree(corpus.keepColumns()));
    values.put("partition columns", JsonFiles.tree(partitionColumns));
    return new OutputIdentity(values);
  }

  /** What differs, as a sentence about this identity says it; nothing if they are the same. */
  List<String> differencesTo(OutputIdentity other) {
    List<String> differences = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          JsonNode others = other.values.get(name);
          if (!value.equals(others)) {
            differences.add("%s %s, not %s".formatted(name, text(value), text(others)));
          }
        });
    return differences;
  }

  private static String text(JsonNode value) {
    if (value == null || value.isNull()) {
      return "none";
    }
    return value.isTextual() ? value.asText() : value.toString();
  }
}
