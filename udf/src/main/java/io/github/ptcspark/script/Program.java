package io.github.ptcspark.script;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A bundle's model as a TorchScript archive, and the weights that the program is given next. */
public final class Program {

  private static final List<String> SOURCES =
      List.of(
          "__torch__.py",
          "__torch__/attention.py",
          "__torch__/combining.py",
          "__torch__/heads.py",
          "__torch__/layers.py",
          "__torch__/pruning.py",
          "__torch__/training.py");

  /** Types of attributes. */
  static final String TENSORS = "List[Tensor]";

  private static final String PACKED =
      "List[__torch__.torch.classes.quantized.LinearPackedParamsBase]";

  private final BertConfig config;
  private final Pooling pooling;
  private final PruningPolicy policy;
  private final List<ProgramWeight> weights;

  /**
   * The program of a bundle under a policy.
   *
   * @param policy the bundle's own or one that needs the same tensors
   */
  public Program(Bundle bundle, PruningPolicy policy) {
    policy.checkAgainst(bundle.config().shape());
    this.config = bundle.config();
    this.pooling = bundle.pooling();
    this.policy = policy;
    this.weights = new WeightLayout(bundle, policy).tensors();
  }

  /** What the program's {@code add_weight} and {@code fill} take, in their order. */
  public List<ProgramWeight> weights() {
    return weights;
  }

  /** Writes the archive, without the weights. */
  public void write(OutputStream out) throws IOException {
    Archive archive = Archive.begin(out, attributes());
    for (String source : SOURCES) {
      archive.source(source, "code/" + source);
    }
    archive.kernels();
    archive.end();
  }

  private byte[] attributes() {
    EncoderShape shape = config.shape();
    Pickle pickle = new Pickle();
    pickle.beginObject("__torch__", "PrunedBert");
    pickle.attribute("training", false);
    pickle.noneAttribute("_is_full_backward_hook");
    pickle.attribute("layers", shape.layers());
    pickle.attribute("heads", shape.heads());
    pickle.attribute("norm_eps", config.layerNormEps());
    pickle.attribute("cls_pooler", pooling == Pooling.CLS_POOLER);
    policyAttributes(pickle);
    pickle.emptyListAttribute("weights", TENSORS);
    linearLayers(pickle);
    pickle.emptyListAttribute("first_moments", TENSORS);
    pickle.emptyListAttribute("second_moments", TENSORS);
    pickle.emptyListAttribute("steps", TENSORS);
    pickle.attribute("bf16_products", false);
    pickle.endObject();
    return pickle.end();
  }

  /** The attributes that hold linear layers, empty as they are before packing. */
  static void linearLayers(Pickle pickle) {
    pickle.attribute("arithmetic", 0);
    pickle.emptyListAttribute("packed_objects", PACKED);
    pickle.emptyListAttribute("packed", TENSORS);
    pickle.emptyListAttribute("scales", TENSORS);
    pickle.emptyListAttribute("zero_points", TENSORS);
    pickle.emptyListAttribute("sums", TENSORS);
  }

  private void policyAttributes(Pickle pickle) {
    PtcPolicy ptc = policy instanceof PtcPolicy own ? own : null;
    boolean prunes = ptc != null && ptc.keepRatio() < 1;
    boolean wholeTokens = ptc != null && ptc.scope() == PtcPolicy.Scope.TOKENS;
    pickle.attribute("first_pruned_layer", ptc == null ? 0 : ptc.firstPrunedLayer());
    pickle.attribute("last_pruned_layer", prunes ? lastPrunedLayer(ptc) : -1);
    pickle.attribute("prune_every", ptc == null ? 1 : ptc.every());
    pickle.attribute("keep_ratio", ptc == null ? 1.0 : ptc.stepRatio());
    pickle.attribute("fuzzy", ptc == null ? 0 : code(ptc.fuzzy()));
    pickle.attribute("whole_tokens", wholeTokens);
    pickle.attribute("combining_layer", ptc == null ? 0 : ptc.combiningLayer());
    pickle.attribute("minimum_tokens", ptc == null ? 0 : ptc.minimumTokens());
  }

  private static int code(PtcPolicy.Fuzzy fuzzy) {
    return switch (fuzzy) {
      case OFF -> 0;
      case FUZZY -> 1;
      case FUZZY_QUOTA -> 2;
    };
  }

  /** Whole tokens go before they are combined; keys and values matter to the layers before only. */
  private int lastPrunedLayer(PtcPolicy ptc) {
    if (!ptc.combines()) {
      return config.shape().layers();
    }
    return ptc.scope() == PtcPolicy.Scope.TOKENS ? ptc.combiningLayer() : ptc.combiningLayer() - 1;
  }
}
