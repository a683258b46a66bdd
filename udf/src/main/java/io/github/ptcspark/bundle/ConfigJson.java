package io.github.ptcspark.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.JsonFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The content of {@code config.json}, in the form that Hugging Face's {@code BertConfig} writes.
 *
 * @param config sizes of the encoder
 * @param labels names of the classes by label id; empty for a plain encoder
 */
public record ConfigJson(BertConfig config, List<String> labels) {

  /** The architecture of a plain encoder. */
  public static final String ENCODER = "BertModel";

  /** The architecture of an encoder with a classifier. */
  public static final String CLASSIFIER = "BertForSequenceClassification";

  private static final String SUPPORTED = "%s, %s".formatted(ENCODER, CLASSIFIER);

  /**
   * Reads the file. Where a key is missing that Hugging Face leaves out at its default, the default
   * holds.
   *
   * @param failure the beginning of the message, as in "Cannot read FILE"
   * @throws BundleException if the file is damaged or the architecture is not supported
   */
  public static ConfigJson read(byte[] file, String failure) {
    JsonNode json = JsonDocument.parse(file, failure);
    JsonFields fields = new JsonFields(json);
    String architecture = architecture(json, fields, failure);
    refuseOthers(fields);
    int layers = fields.integer("num_hidden_layers");
    int hidden = fields.integer("hidden_size");
    int heads = fields.integer("num_attention_heads");
    int intermediate = fields.integer("intermediate_size");
    int vocabulary = fields.integer("vocab_size");
    int positions = fields.integer("max_position_embeddings");
    int types = fields.integer("type_vocab_size", 2);
    double eps = fields.number("layer_norm_eps", 1e-12);
    List<String> labels = architecture.equals(CLASSIFIER) ? labels(json, fields) : List.of();
    check(fields, failure);
    try {
      EncoderShape shape = new EncoderShape(layers, hidden, heads, intermediate);
      return new ConfigJson(new BertConfig(shape, vocabulary, positions, types, eps), labels);
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s: %s".formatted(failure, e.getMessage()), e);
    }
  }

  /** The file's content. */
  ObjectNode json() {
    ObjectNode json = JsonDocument.create();
    json.putArray("architectures").add(labels.isEmpty() ? ENCODER : CLASSIFIER);
    json.put("model_type", "bert")
        .put("attention_probs_dropout_prob", 0.1)
        .put("hidden_act", "gelu")
        .put("hidden_dropout_prob", 0.1)
        .put("hidden_size", config.shape().hidden());
    if (!labels.isEmpty()) {
      ObjectNode byId = json.putObject("id2label");
      ObjectNode byLabel = json.putObject("label2id");
      for (int id = 0; id < labels.size(); id++) {
        byId.put(String.valueOf(id), labels.get(id));
        byLabel.put(labels.get(id), id);
      }
      json.put("problem_type", "single_label_classification");
    }
    return json.put("initializer_range", 0.02)
        .put("intermediate_size", config.shape().intermediate())
        .put("layer_norm_eps", config.layerNormEps())
        .put("max_position_embeddings", config.maxPositions())
        .put("num_attention_heads", config.shape().heads())
        .put("num_hidden_layers", config.shape().layers())
        .put("pad_token_id", 0)
        .put("position_embedding_type", "absolute")
        .put("torch_dtype", "float32")
        .put("type_vocab_size", config.typeVocabularySize())
        .put("vocab_size", config.vocabularySize());
  }

  private static String architecture(JsonNode json, JsonFields fields, String failure) {
    if (!fields.has("architectures")) {
      throw new BundleException(
          "%s: config.json names no architecture (supported: %s)".formatted(failure, SUPPORTED));
    }
    List<String> architectures = new ArrayList<>();
    json.get("architectures").forEach(name -> architectures.add(name.asText()));
    String architecture = String.join(" and ", architectures);
    if (!architecture.equals(ENCODER) && !architecture.equals(CLASSIFIER)) {
      throw new BundleException(
          "%s: architecture %s is not supported (supported: %s)"
              .formatted(failure, architecture, SUPPORTED));
    }
    return architecture;
  }

  private static void refuseOthers(JsonFields fields) {
    require(fields, "model_type", "bert");
    require(fields, "hidden_act", "gelu");
    require(fields, "position_embedding_type", "absolute");
    require(fields, "problem_type", "single_label_classification");
    if (fields.has("is_decoder") && fields.flag("is_decoder")) {
      fields.problem("is_decoder true is not supported (supported: false)");
    }
  }

  private static void require(JsonFields fields, String key, String supported) {
    String value = fields.text(key, supported);
    if (!value.equals(supported)) {
      fields.problem("%s %s is not supported (supported: %s)".formatted(key, value, supported));
    }
  }

  /** The labels by id; where there are none, the names that Hugging Face gives to two classes. */
  private static List<String> labels(JsonNode json, JsonFields fields) {
    if (!fields.has("id2label")) {
      return List.of("LABEL_0", "LABEL_1");
    }
    JsonNode byId = json.get("id2label");
    List<String> labels = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < byId.size(); id++) {
      JsonNode label = byId.path(String.valueOf(id));
      if (!label.isTextual()) {
        fields.problem(
            "id2label: %s labels, but none for id %s (ids count from 0)"
                .formatted(byId.size(), id));
        return List.of();
      }
      if (!seen.add(label.textValue())) {
        fields.problem("id2label: label \"%s\" stands twice".formatted(label.textValue()));
      }
      labels.add(label.textValue());
    }
    if (labels.size() < 2) {
      fields.problem("id2label: %s has fewer than 2 labels".formatted(byId));
    }
    return labels;
  }

  private static void check(JsonFields fields, String failure) {
    if (!fields.problems().isEmpty()) {
      throw new BundleException("%s: %s".formatted(failure, String.join("; ", fields.problems())));
    }
  }
}
