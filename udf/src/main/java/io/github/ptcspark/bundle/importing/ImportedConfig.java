package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.pruning.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A {@code config.json} of Hugging Face in the form in which a bundle has it: architectures that
 * hold an encoder are one, other names of the same activation are one, and labels are texts. What
 * would make the model compute something else is refused.
 */
final class ImportedConfig {

  /** They hold an encoder, and heads that an encoder to train with does without. */
  private static final Set<String> ENCODERS =
      Set.of(ConfigJson.ENCODER, "BertForMaskedLM", "BertForPreTraining");

  private final ObjectNode json;
  private final JsonFields fields;

  private ImportedConfig(ObjectNode json) {
    this.json = json;
    this.fields = new JsonFields(json);
  }

  /**
   * Reads the file.
   *
   * @param json its content, which is not changed
   * @param failure the beginning of the message, as in "Cannot import DIRECTORY"
   * @throws BundleException if the model is of another kind or the labels contradict each other
   */
  static ConfigJson read(ObjectNode json, String failure) {
    ImportedConfig config = new ImportedConfig(json.deepCopy());
    config.nameArchitecture();
    config.refuseOthers();
    if (config.isClassifier()) {
      config.nameLabels();
    }
    if (!config.fields.problems().isEmpty()) {
      throw new BundleException(
          "%s: config.json: %s".formatted(failure, String.join("; ", config.fields.problems())));
    }
    return ConfigJson.read(config.json.toString().getBytes(StandardCharsets.UTF_8), failure);
  }

  private void nameArchitecture() {
    JsonNode architectures = json.path("architectures");
    boolean named = architectures.size() > 0;
    boolean bert = json.path("model_type").asText().equals("bert");
    if (named
        ? architectures.size() == 1 && ENCODERS.contains(architectures.path(0).asText())
        : bert) {
      json.putArray("architectures").add(ConfigJson.ENCODER);
    }
    if (json.path("hidden_act").asText().equals("gelu_python")) {
      json.put("hidden_act", "gelu"); // The same function, spelt out.
    }
  }

  private boolean isClassifier() {
    return json.path("architectures").path(0).asText().equals(ConfigJson.CLASSIFIER);
  }

  private void refuseOthers() {
    for (String key : new String[] {"auto_map", "quantization_config"}) {
      if (fields.has(key)) {
        fields.problem("%s %s is not supported".formatted(key, json.get(key)));
      }
    }
    for (String key : new String[] {"add_cross_attention", "is_encoder_decoder"}) {
      if (fields.has(key) && fields.flag(key)) {
        fields.problem(key + " true is not supported (supported: false)");
      }
    }
    if (json.path("pruned_heads").size() > 0) {
      fields.problem("pruned_heads %s is not supported".formatted(json.get("pruned_heads")));
    }
  }

  private void nameLabels() {
    if (fields.has("id2label")) {
      JsonNode byId = json.get("id2label");
      ObjectNode named = json.objectNode();
      byId.fields()
          .forEachRemaining(
              entry -> named.put(entry.getKey(), name(entry.getKey(), entry.getValue())));
      json.set("id2label", named);
      if (fields.has("num_labels") && fields.integer("num_labels") != named.size()) {
        fields.problem(
            "num_labels %s contradicts id2label, which has %s"
                .formatted(json.get("num_labels"), named.size()));
      }
      compare(named);
      return;
    }
    int labels = fields.integer("num_labels", 2);
    if (labels < 2 || labels > 1 << 16) {
      fields.problem("num_labels %s is not supported (supported: 2 or more)".formatted(labels));
      return;
    }
    ObjectNode named = json.putObject("id2label");
    for (int id = 0; id < labels; id++) {
      named.put(String.valueOf(id), defaultLabel(id));
    }
  }

  /** A label as Python prints it. */
  private String name(String id, JsonNode label) {
    boolean prints =
        label.isTextual()
            || label.isIntegralNumber()
            || (label.isDouble() && printsAlike(label.doubleValue()));
    if (!prints) {
      fields.problem("id2label: %s of id %s is no label".formatted(label, id));
      return "";
    }
    return label.asText();
  }

  /** Whether Java and Python write a number in the same way. */
  private static boolean printsAlike(double value) {
    double size = Math.abs(value);
    return value == 0 || (size >= 1e-3 && size < 1e7);
  }

  /** Names that transformers gives where nobody did contradict nothing. */
  private void compare(ObjectNode byId) {
    if (!fields.has("label2id")) {
      return;
    }
    JsonNode byLabel = fields.object("label2id");
    if (byLabel == null) {
      return;
    }
    List<String> others = new ArrayList<>();
    byLabel
        .fields()
        .forEachRemaining(
            entry -> {
              String id = entry.getValue().asText();
              String label = byId.path(id).asText();
              boolean isDefault =
                  entry.getKey().equals(defaultLabel(id)) || label.equals(defaultLabel(id));
              if (!label.equals(entry.getKey()) && !(isDefault && byId.has(id))) {
                others.add("\"%s\": %s".formatted(entry.getKey(), entry.getValue()));
              }
            });
    if (!others.isEmpty()) {
      fields.problem(
          "label2id {%s} contradicts id2label %s".formatted(String.join(", ", others), byId));
    }
  }

  private static String defaultLabel(Object id) {
    return "LABEL_" + id;
  }
}
