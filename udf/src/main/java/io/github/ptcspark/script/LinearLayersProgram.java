package io.github.ptcspark.script;

import java.io.IOException;
import java.io.OutputStream;

/** A TorchScript archive with linear layers alone; it makes its weights itself. */
public final class LinearLayersProgram {

  private LinearLayersProgram() {}

  /** Writes the archive. */
  public static void write(OutputStream out) throws IOException {
    Archive archive = Archive.begin(out, attributes());
    archive.source("__torch__.py", "linear/__torch__.py");
    archive.source("__torch__/layers.py", "code/__torch__/layers.py");
    archive.kernels();
    archive.end();
  }

  private static byte[] attributes() {
    Pickle pickle = new Pickle();
    pickle.beginObject("__torch__", "LinearLayers");
    pickle.attribute("training", false);
    pickle.noneAttribute("_is_full_backward_hook");
    Program.linearLayers(pickle);
    pickle.emptyListAttribute("biases", Program.TENSORS);
    pickle.emptyListAttribute("inputs", Program.TENSORS);
    pickle.endObject();
    return pickle.end();
  }
}
