package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The way from a model that somebody published to a bundle. */
public final class ModelImporter {

  private static final String KINDS =
      "a model is a directory, an .onnx file, %s".formatted(String.join(" or ", names()));

  private ModelImporter() {}

  /** The names that stand for models in the directory of models. */
  public static List<String> names() {
    return ModelCatalog.names();
  }

  /**
   * Imports a model.
   *
   * <ul>
   *   <li>A directory is a bundle, or has {@code config.json}, {@code model.safetensors} and {@code
   *       tokenizer.json} or {@code vocab.txt}, as Hugging Face writes them. {@code
   *       BertForSequenceClassification} keeps its labels and its pooler; of {@code BertModel},
   *       {@code BertForMaskedLM} and {@code BertForPreTraining} the encoder is taken.
   *   <li>An {@code .onnx} file is an fp32 export of {@code BertModel} with {@code tokenizer.json}
   *       beside it.
   *   <li>A name, see {@link #names()}, is one of the jars that the build keeps. It wins over a
   *       directory of the same name in the working directory.
   * </ul>
   *
   * All but bundles start without pruning, in fp32, and truncate long documents.
   *
   * @param modelsDirectory where the jars lie
   * @throws BundleException if the source is missing, damaged or not supported
   */
  public static Bundle importFrom(String source, Path modelsDirectory) {
    if (names().contains(source)) {
      return ModelCatalog.importFrom(source, modelsDirectory);
    }
    Path path;
    try {
      path = Path.of(source);
    } catch (InvalidPathException e) {
      throw new BundleException("Cannot import %s: %s".formatted(source, e.getMessage()), e);
    }
    if (Files.isDirectory(path)) {
      return HuggingFaceImporter.importFrom(path);
    }
    if (!Files.exists(path)) {
      throw new BundleException("Cannot import %s: it does not exist; %s".formatted(source, KINDS));
    }
    if (!source.endsWith(".onnx")) {
      throw new BundleException(
          "Cannot import %s: it is no model that this version knows; %s".formatted(source, KINDS));
    }
    return OnnxImporter.importFrom(path);
  }
}
