package io.github.ptcspark.bundle;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.ptcspark.pruning.JsonFields;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.FormerPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Map;
import java.util.Optional;

/**
 * The content of {@code ptc.json}: how the model is to be run, and where it comes from.
 *
 * @param settings policy, precision and the rule for long documents
 * @param pooling what the classifier reads
 * @param provenance where the model comes from
 * @param full whether another model stands beside it, see {@link Bundle#full}
 */
record PtcJson(ModelSettings settings, Pooling pooling, Provenance provenance, boolean full) {

  /** The newest format that this version reads; it writes the oldest that can say it. */
  static final int FORMAT_VERSION = 3;

  /** The one that says a policy as a text; the next one may say that there is a full model. */
  private static final int POLICY_AS_TEXT = 2;

  private static final String FULL_MODEL = "full_model";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> DETAILS = new TypeReference<>() {};

  static PtcJson read(byte[] file, String failure) {
    JsonNode json = JsonDocument.parse(file, failure);
    JsonFields fields = new JsonFields(json);
    int version = fields.integer("format_version");
    if (version > FORMAT_VERSION) {
      throw new BundleException(
          "%s: format version %s is newer than %s, the newest that this version reads; %s"
              .formatted(
                  failure, version, FORMAT_VERSION, "read it with a newer version of ptc-spark"));
    }
    if (fields.problems().isEmpty() && version < 1) {
      fields.problem("format_version: %s is less than 1".formatted(version));
    }
    PruningPolicy policy = version == 1 ? formerPolicy(fields) : policy(fields);
    Precision precision = fields.choice("precision", Precision.on(Device.CPU));
    LongDocuments longDocuments = fields.choice("long_documents", LongDocuments.class);
    Pooling pooling = fields.choice("pooling", Pooling.class);
    Provenance provenance = provenance(fields);
    boolean full = fields.has(FULL_MODEL) && fields.flag(FULL_MODEL);
    Optional<Promise> promise = promise(fields, full);
    fields.refuseOthers();
    if (!fields.problems().isEmpty()) {
      throw new BundleException("%s: %s".formatted(failure, String.join("; ", fields.problems())));
    }
    return new PtcJson(
        new ModelSettings(policy, precision, longDocuments),
        pooling,
        provenance.with(promise),
        full);
  }

  /** Whether a file says that there is a full model; one that is damaged does not. */
  static boolean hasFull(byte[] file) {
    try {
      return JsonDocument.parse(file, "").path(FULL_MODEL).asBoolean(false);
    } catch (BundleException e) {
      return false;
    }
  }

  /** What is to be written of a model. */
  static PtcJson of(Bundle bundle) {
    return new PtcJson(
        bundle.settings(), bundle.pooling(), bundle.provenance(), bundle.full().isPresent());
  }

  /** The file's content. */
  ObjectNode json() {
    ObjectNode json =
        behaviour(
            full ? FORMAT_VERSION : POLICY_AS_TEXT, TextNode.valueOf(settings.policy().toString()));
    if (full) {
      json.put(FULL_MODEL, true);
    }
    json.putObject("provenance")
        .put("created", provenance.created())
        .put("source", provenance.source())
        .put("source_digest", provenance.sourceDigest())
        .set("details", JSON.valueToTree(provenance.details()));
    provenance.promise().ifPresent(promise -> json.set("promise", json(promise)));
    return json;
  }

  private static ObjectNode json(Promise promise) {
    ObjectNode json = JsonDocument.create();
    if (promise.claim() instanceof Claim.Agreement agreement) {
      json.put("agreement", agreement.share());
    }
    if (promise.claim() instanceof Claim.AccuracyLoss loss) {
      json.put("max_accuracy_loss", loss.most()).put("lost", loss.lost()).put("won", loss.won());
    }
    return json.put("confidence", promise.confidence())
        .put("documents", promise.documents())
        .put("disagreements", promise.disagreements())
        .put("sample_digest", promise.sampleDigest())
        .put("tested", promise.tested())
        .put("version", promise.version())
        .put("model", promise.model());
  }

  /**
   * What decides how the model behaves: the content without provenance, in the oldest format that
   * can say it, so that a model keeps its digest.
   */
  ObjectNode behaviour() {
    Optional<ObjectNode> former = FormerPolicy.write(settings.policy());
    return former.isPresent()
        ? behaviour(1, former.get())
        : behaviour(POLICY_AS_TEXT, TextNode.valueOf(settings.policy().toString()));
  }

  private ObjectNode behaviour(int version, JsonNode policy) {
    ObjectNode json = JsonDocument.create().put("format_version", version);
    json.set("policy", policy);
    return json.put("precision", settings.precision().toString())
        .put("long_documents", settings.longDocuments().toString())
        .put("pooling", pooling.toString());
  }

  private static PruningPolicy policy(JsonFields fields) {
    int before = fields.problems().size();
    String text = fields.text("policy");
    if (fields.problems().size() > before) {
      return null;
    }
    try {
      return PolicyText.complete(text);
    } catch (IllegalArgumentException e) {
      fields.problem("policy: " + e.getMessage());
      return null;
    }
  }

  private static PruningPolicy formerPolicy(JsonFields fields) {
    JsonNode policy = fields.object("policy");
    try {
      return policy == null ? null : FormerPolicy.read(policy);
    } catch (IllegalArgumentException e) {
      fields.problem("policy: " + e.getMessage());
      return null;
    }
  }

  private static Provenance provenance(JsonFields fields) {
    if (!fields.has("provenance")) {
      return new Provenance("", "", "", Map.of());
    }
    JsonNode json = fields.object("provenance");
    if (json == null) {
      return null;
    }
    JsonFields inner = new JsonFields(json);
    JsonNode details = inner.has("details") ? inner.object("details") : null;
    Provenance provenance =
        new Provenance(
            inner.text("created", ""),
            inner.text("source", ""),
            inner.text("source_digest", ""),
            details == null ? Map.of() : JSON.convertValue(details, DETAILS));
    inner.problems().forEach(problem -> fields.problem("provenance: " + problem));
    return provenance;
  }

  private static Optional<Promise> promise(JsonFields fields, boolean full) {
    JsonNode json = fields.has("promise") ? fields.object("promise") : null;
    if (json == null) {
      return Optional.empty();
    }
    JsonFields inner = new JsonFields(json);
    Claim claim = claim(inner);
    double confidence = inner.number("confidence");
    int documents = inner.integer("documents");
    int disagreements = inner.integer("disagreements");
    String sample = inner.text("sample_digest");
    String tested = inner.text("tested");
    String version = inner.text("version");
    String model = inner.text("model");
    inner.refuseOthers();
    if (inner.problems().isEmpty()) {
      try {
        return Optional.of(
            new Promise(
                claim, confidence, documents, disagreements, sample, tested, version, model, full));
      } catch (IllegalArgumentException e) {
        inner.problem(e.getMessage());
      }
    }
    inner.problems().forEach(problem -> fields.problem("promise: " + problem));
    return Optional.empty();
  }

  /** Null where there is a problem. */
  private static Claim claim(JsonFields fields) {
    boolean ofAccuracy = fields.has("max_accuracy_loss");
    double share = fields.number(ofAccuracy ? "max_accuracy_loss" : "agreement");
    int lost = ofAccuracy ? fields.integer("lost") : 0;
    int won = ofAccuracy ? fields.integer("won") : 0;
    if (!fields.problems().isEmpty()) {
      return null;
    }
    try {
      return ofAccuracy ? new Claim.AccuracyLoss(share, lost, won) : new Claim.Agreement(share);
    } catch (IllegalArgumentException e) {
      fields.problem(e.getMessage());
      return null;
    }
  }
}
