package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.SafeTensors;
import io.github.ptcspark.bundle.Weights;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Imports a directory that Hugging Face's {@code save_pretrained} wrote for a {@code BertModel} or
 * a {@code BertForSequenceClassification}. A directory that is a bundle is read as such.
 */
final class HuggingFaceImporter {

  private static final String PYTORCH_WEIGHTS = "pytorch_model.bin";
  private static final String SHARDED_WEIGHTS = "model.safetensors.index.json";

  private HuggingFaceImporter() {}

  static Bundle importFrom(Path directory) {
    if (Files.exists(directory.resolve(BundleFiles.SETTINGS))) {
      return BundleFiles.read(directory).parse();
    }
    String failure = "Cannot import " + directory;
    byte[] configFile = file(directory, BundleFiles.CONFIG);
    ConfigJson config = ConfigJson.read(configFile, failure);
    SourceFiles sources = new SourceFiles();
    sources.add(BundleFiles.CONFIG, configFile);
    String tokenizer = ImportedTokenizer.read(directory, config.config().vocabularySize(), sources);
    byte[] weightsFile = weightsFile(directory);
    sources.add(BundleFiles.WEIGHTS, weightsFile);
    String weightsName = directory.resolve(BundleFiles.WEIGHTS).toString();
    Weights weights = SafeTensors.read(weightsName, ByteBuffer.wrap(weightsFile));
    return ImportedModel.bundle(
        config,
        config.labels().isEmpty() ? Pooling.MEAN : Pooling.CLS_POOLER,
        tokenizer,
        rename(weights),
        sources.provenance(directory.toString(), BundleFiles.WEIGHTS, Map.of()));
  }

  /**
   * The names of {@code BertForSequenceClassification}: a plain {@code BertModel} lacks their
   * prefix, and files converted from TensorFlow call the parts of a normalisation gamma and beta.
   */
  private static Weights rename(Weights weights) {
    return weights.renamed(
        name -> {
          String renamed =
              name.startsWith("embeddings.")
                      || name.startsWith("encoder.")
                      || name.startsWith("pooler.")
                  ? "bert." + name
                  : name;
          return renamed
              .replaceAll("LayerNorm\\.gamma$", "LayerNorm.weight")
              .replaceAll("LayerNorm\\.beta$", "LayerNorm.bias");
        });
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
