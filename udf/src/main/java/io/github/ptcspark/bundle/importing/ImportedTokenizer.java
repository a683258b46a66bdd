package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.JsonDocument;
import io.github.ptcspark.bundle.TokenizerJson;
import io.github.ptcspark.bundle.importing.VocabularyTokenizer.Cleaning;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer beside a model: {@code tokenizer.json}, or else {@code vocab.txt} with the options
 * of {@code tokenizer_config.json}.
 */
final class ImportedTokenizer {

  private static final String VOCABULARY = "vocab.txt";
  private static final String OPTIONS = "tokenizer_config.json";

  private ImportedTokenizer() {}

  static String read(Path directory, int vocabularySize, SourceFiles sources) {
    Path tokenizer = directory.resolve(BundleFiles.TOKENIZER);
    if (Files.exists(tokenizer)) {
      byte[] file = BundleFiles.readFile(tokenizer);
      sources.add(BundleFiles.TOKENIZER, file);
      return TokenizerJson.read(file, vocabularySize, "Cannot read " + tokenizer);
    }
    Path vocabulary = directory.resolve(VOCABULARY);
    if (!Files.exists(vocabulary)) {
      throw new BundleException(
          "Cannot import %s: it has neither %s nor %s"
              .formatted(directory, BundleFiles.TOKENIZER, VOCABULARY));
    }
    byte[] file = BundleFiles.readFile(vocabulary);
    sources.add(VOCABULARY, file);
    String json =
        VocabularyTokenizer.json(
            lines(file, vocabulary), cleaning(directory.resolve(OPTIONS)), vocabulary.toString());
    return TokenizerJson.read(
        json.getBytes(StandardCharsets.UTF_8), vocabularySize, "Cannot read " + vocabulary);
  }

  private static List<String> lines(byte[] file, Path vocabulary) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(file))
          .toString()
          .lines()
          .toList();
    } catch (CharacterCodingException e) {
      throw new BundleException("Cannot read %s: it is not UTF-8".formatted(vocabulary), e);
    }
  }

  private static Cleaning cleaning(Path options) {
    if (!Files.exists(options)) {
      return Cleaning.UNCASED;
    }
    JsonNode json = JsonDocument.parse(BundleFiles.readFile(options), "Cannot read " + options);
    JsonNode stripAccents = json.path("strip_accents");
    return new Cleaning(
        json.path("do_lower_case").asBoolean(true),
        json.path("tokenize_chinese_chars").asBoolean(true),
        stripAccents.isBoolean() ? stripAccents.booleanValue() : null);
  }
}
