package io.github.ptcspark.script;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.pruning.EncoderShape;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A bundle's model as a TorchScript archive, and the weights that the program is given next. */
public final class Program {

  private static final List<String> SOURCES =
      List.of(
          "__torch__.py",
          "__torch__/attention.py",
          "__torch__/documents.py",
          "__torch__/heads.py",
          "__torch__/layers.py",
          "__torch__/selection.py",
          "__torch__/training.py");

  /** Types of attributes. */
  static final String TENSORS = "List[Tensor]";

  private static final String PACKED =
      "List[__torch__.torch.classes.quantized.LinearPackedParamsBase]";

  private final BertConfig config;
  private final Pooling pooling;
  private final List<String> steps;
  private final List<ProgramWeight> weights;

  /**
   * The program of a bundle.
   *
   * @param numbers of the policies that the program is to know
   */
  public Program(Bundle bundle, PolicyNumbers numbers) {
    this.config = bundle.config();
    this.pooling = bundle.pooling();
    this.steps = numbers.sources();
    this.weights = new WeightLayout(bundle, numbers.policies()).tensors();
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
    PolicySource.write(archive, steps);
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
}
