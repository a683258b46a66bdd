package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.importing.ModelImporter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ptc import}: a published model becomes a bundle. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = "Turns a published BERT model into a bundle, the form that all commands read.",
    footer = {
      "",
      "Examples:",
      "  A directory as Hugging Face writes it (config.json, model.safetensors, tokenizer.json or",
      "  vocab.txt): BertForSequenceClassification is a classifier, BertModel, BertForMaskedLM and",
      "  BertForPreTraining are encoders to train:",
      "    ptc import --from downloads/my-bert --out my-bert.bundle",
      "",
      "  An ONNX export of BertModel in fp32, with tokenizer.json beside it:",
      "    ptc import --from model.onnx --out model.bundle",
      "",
      "  all-MiniLM-L6-v2 (6 layers) or bge-small-en-v1.5 (12 layers), which the build brings along:",
      "    ptc import --from minilm --out minilm.bundle"
    })
final class ImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "MODEL",
      description = "Directory, .onnx file, minilm or bge-small.")
  private String from;

  @Mixin private NewBundleArgument target;

  @Mixin private ModelsDirectory models;

  @Override
  public Integer call() {
    Path out = target.checked();
    Bundle bundle = ModelImporter.importFrom(from, models.path());
    BundleFiles files = BundleFiles.of(bundle);
    files.write(out);
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %d layers, hidden %d, %d labels, %d MB, digest %.12s%n",
            out,
            bundle.config().shape().layers(),
            bundle.config().shape().hidden(),
            bundle.labels().size(),
            files.size() >> 20,
            files.digest());
    return 0;
  }
}
