package io.github.ptcspark.bundle.importing;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.CodedInputStream;
import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.bundle.TokenizerJson;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Imports an fp32 ONNX export of {@code BertModel}; its pooler, if there is one, is left out. The
 * graph is run and must compute what the imported model computes, see {@link OnnxProof}.
 */
final class OnnxImporter {

  private static final Set<String> QUANTISED =
      Set.of(
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "MatMulInteger",
          "MatMulNBits",
          "QLinearMatMul",
          "QuantizeLinear");

  private OnnxImporter() {}

  /** How the tokenizer of a model is found. */
  private interface Tokenizer {
    String read(int vocabularySize, SourceFiles sources);
  }

  /**
   * Imports a file. {@code tokenizer.json} lies beside it; where {@code tokenizer_config.json} does
   * too, both are read as those of a Hugging Face directory.
   */
  static Bundle importFrom(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    Path tokenizer = directory.resolve(BundleFiles.TOKENIZER);
    if (!Files.exists(tokenizer)) {
      throw new BundleException(
          "Cannot import %s: there is no %s beside it".formatted(file, BundleFiles.TOKENIZER));
    }
    String name = file.getFileName().toString();
    byte[] model = BundleFiles.readFile(file);
    if (Files.exists(directory.resolve(TokenizerOptions.FILE))) {
      return importFrom(
          file.toString(),
          name,
          model,
          (vocabularySize, sources) ->
              ImportedTokenizer.read(
                  directory,
                  TokenizerOptions.file(directory, BundleFiles.CONFIG, sources),
                  vocabularySize,
                  sources));
    }
    byte[] content = BundleFiles.readFile(tokenizer);
    return importFrom(file.toString(), name, model, BundleFiles.TOKENIZER, content);
  }

  /**
   * Imports the files of an export.
   *
   * @param source what the user asked for, for messages and provenance
   */
  static Bundle importFrom(
      String source,
      String modelName,
      byte[] modelFile,
      String tokenizerName,
      byte[] tokenizerFile) {
    return importFrom(
        source,
        modelName,
        modelFile,
        (vocabularySize, sources) -> {
          sources.add(tokenizerName, tokenizerFile);
          return TokenizerJson.read(
              tokenizerFile,
              vocabularySize,
              "Cannot import %s: %s".formatted(source, tokenizerName));
        });
  }

  private static Bundle importFrom(
      String source, String modelName, byte[] modelFile, Tokenizer tokenizer) {
    String failure = "Cannot import " + source;
    ModelProto model = parse(modelFile, failure);
    OnnxGraph graph = new OnnxGraph(model.getGraph());
    refuseQuantised(graph, failure);
    BertConfig config;
    Map<String, FloatTensor> tensors;
    Weights used;
    try {
      OnnxBert bert = new OnnxBert(graph);
      config = bert.config();
      tensors = bert.tensors(config.shape().layers());
      used =
          new TensorLayout(config, 0, Pooling.MEAN, PruningPolicy.NONE)
              .select(new Weights(source, tensors));
      new OnnxProof(graph, opset(model), config, used.tensors()).check();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BundleException("%s: %s".formatted(failure, e.getMessage()), e);
    }
    SourceFiles sources = new SourceFiles();
    sources.add(modelName, modelFile);
    String tokenizerJson = tokenizer.read(config.vocabularySize(), sources);
    String producer =
        "%s %s".formatted(model.getProducerName(), model.getProducerVersion()).strip();
    return ImportedModel.bundle(
        new ConfigJson(config, List.of()),
        Pooling.MEAN,
        tokenizerJson,
        used,
        sources.provenance(source, modelName, Map.of("onnx_producer", producer)));
  }

  private static ModelProto parse(byte[] file, String failure) {
    IOException cause = null;
    try {
      CodedInputStream input = CodedInputStream.newInstance(file);
      input.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(input);
      if (model.getGraph().getNodeCount() > 0) {
        return model;
      }
    } catch (IOException e) {
      cause = e;
    }
    throw new BundleException(failure + ": it is no ONNX model, or truncated", cause);
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(opset -> opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(1);
  }

  private static void refuseQuantised(OnnxGraph graph, String failure) {
    graph.nodes().stream()
        .map(node -> node.getOpType())
        .filter(QUANTISED::contains)
        .findFirst()
        .ifPresent(
            operator -> {
              throw new BundleException(
                  "%s: it is quantised (operator %s); import the fp32 export"
                      .formatted(failure, operator));
            });
  }
}
