package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.bundle.FileContent;
import io.github.ptcspark.bundle.JsonDocument;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.SafeTensors;
import io.github.ptcspark.bundle.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Imports a directory that Hugging Face's {@code save_pretrained} wrote for a BERT: a {@code
 * BertForSequenceClassification} with its labels and its pooler, or the encoder of a {@code
 * BertModel}, {@code BertForMaskedLM} or {@code BertForPreTraining}. A directory that is a bundle
 * is read as such.
 */
final class HuggingFaceImporter {

  private static final String PYTORCH_WEIGHTS = "pytorch_model.bin";
  private static final String ADAPTER = "adapter_config.json";
  private static final String SHARDED_WEIGHTS = "model.safetensors.index.json";

  private HuggingFaceImporter() {}

  static Bundle importFrom(Path directory) {
    if (Files.exists(directory.resolve(BundleFiles.SETTINGS))) {
      return BundleFiles.read(directory).parse();
    }
    String failure = "Cannot import " + directory;
    byte[] configFile = file(directory, BundleFiles.CONFIG);
    refuseAdapters(directory);
    ObjectNode json = JsonDocument.parse(configFile, failure);
    ConfigJson config = ImportedConfig.read(json, failure);
    SourceFiles sources = new SourceFiles();
    sources.add(BundleFiles.CONFIG, configFile);
    String tokenizer =
        ImportedTokenizer.read(directory, json, config.config().vocabularySize(), sources);
    byte[] weightsFile = weightsFile(directory);
    sources.add(BundleFiles.WEIGHTS, weightsFile);
    String weightsName = directory.resolve(BundleFiles.WEIGHTS).toString();
    Weights weights = SafeTensors.read(weightsName, FileContent.of(weightsFile));
    Pooling pooling = config.labels().isEmpty() ? Pooling.MEAN : Pooling.CLS_POOLER;
    return ImportedModel.bundle(
        config,
        pooling,
        tokenizer,
        BertTensors.of(weights, config, pooling),
        sources.provenance(directory.toString(), BundleFiles.WEIGHTS, Map.of()));
  }

  /** Weights of a fine-tuning that lie beside those of the encoder and would be left out. */
  private static void refuseAdapters(Path directory) {
    if (Files.exists(directory.resolve(ADAPTER))) {
      throw new BundleException(
          "Cannot import %s: %s is not supported; merge the adapter into the weights and save them"
              .formatted(directory, ADAPTER));
    }
  }

  private static byte[] weightsFile(Path directory) {
    if (!Files.exists(directory.resolve(BundleFiles.WEIGHTS))) {
      for (String other : new String[] {PYTORCH_WEIGHTS, SHARDED_WEIGHTS}) {
        if (Files.exists(directory.resolve(other))) {
          throw new BundleException(
              "Cannot import %s: it has no %s, and %s is not supported; save it in one piece with %s"
                  .formatted(
                      directory,
                      BundleFiles.WEIGHTS,
                      other,
                      "save_pretrained(..., safe_serialization=True)"));
        }
      }
    }
    return file(directory, BundleFiles.WEIGHTS);
  }

  private static byte[] file(Path directory, String name) {
    if (!Files.exists(directory.resolve(name))) {
      throw new BundleException("Cannot import %s: it has no %s".formatted(directory, name));
    }
    return BundleFiles.readFile(directory.resolve(name));
  }
}
