package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.JsonDocument;
import io.github.ptcspark.bundle.TokenizerJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tokenizer beside a model as one {@code tokenizer.json} that gives the word pieces of {@code
 * AutoTokenizer} of transformers 4.52: {@code tokenizer.json}, or else {@code vocab.txt}, with what
 * {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} say.
 */
final class ImportedTokenizer {

  static final String VOCABULARY = "vocab.txt";

  private static final String ADDED_TOKENS = "added_tokens.json";

  private final Path directory;
  private final int vocabularySize;
  private final SourceFiles sources;
  private final TokenizerOptions options;

  private ImportedTokenizer(
      Path directory, int vocabularySize, SourceFiles sources, TokenizerOptions options) {
    this.directory = directory;
    this.vocabularySize = vocabularySize;
    this.sources = sources;
    this.options = options;
  }

  /**
   * Reads the tokenizer of a directory.
   *
   * @param config the content of {@code config.json}
   * @param vocabularySize rows of the word embeddings
   * @return the content of {@code tokenizer.json}
   * @throws BundleException if a file is missing or damaged, files contradict each other, or the
   *     tokenizer is of another kind
   */
  static String read(Path directory, JsonNode config, int vocabularySize, SourceFiles sources) {
    TokenizerOptions options = TokenizerOptions.read(directory, config, sources);
    ImportedTokenizer tokenizer =
        new ImportedTokenizer(directory, vocabularySize, sources, options);
    if (Files.exists(directory.resolve(BundleFiles.TOKENIZER))) {
      return tokenizer.fromTokenizerJson();
    }
    if (Files.exists(directory.resolve(VOCABULARY))) {
      return tokenizer.fromVocabulary();
    }
    throw new BundleException(
        "Cannot import %s: it has neither %s nor %s"
            .formatted(directory, BundleFiles.TOKENIZER, VOCABULARY));
  }

  private String fromTokenizerJson() {
    options.requireTokenizerJson();
    String source = directory.resolve(BundleFiles.TOKENIZER).toString();
    byte[] file = BundleFiles.readFile(directory.resolve(BundleFiles.TOKENIZER));
    sources.add(BundleFiles.TOKENIZER, file);
    ObjectNode json =
        JsonDocument.parse(
            TokenizerJson.read(file, vocabularySize, "Cannot read " + source)
                .getBytes(StandardCharsets.UTF_8),
            "Cannot read " + source);
    options.followPadding(JsonDocument.parse(file, "Cannot read " + source).path("padding"));
    TokenizerParts parts = new TokenizerParts(json, source);
    parts.checkPostProcessor();
    boolean overruled = parts.follow(options);
    AddedTokens tokens = new AddedTokens(json.at("/model/vocab"));
    for (JsonNode token : json.path("added_tokens")) {
      tokens.add(
          AddedToken.read(token, false, "Cannot read %s: added_tokens".formatted(source)),
          token.path("id"),
          source);
    }
    return complete(json, tokens, overruled, source);
  }

  private String fromVocabulary() {
    options.requireVocabulary();
    Path vocabulary = directory.resolve(VOCABULARY);
    byte[] file = BundleFiles.readFile(vocabulary);
    sources.add(VOCABULARY, file);
    ObjectNode json =
        VocabularyTokenizer.tokenizer(
            lines(file, vocabulary), options.cleaning(), vocabulary.toString());
    json.putArray("added_tokens");
    // A slow tokenizer without its first part is read with a normaliser that does nothing.
    boolean overruled = !options.get("do_basic_tokenize").asBoolean(true);
    AddedTokens tokens = new AddedTokens(json.at("/model/vocab"));
    return complete(json, tokens, overruled, vocabulary.toString());
  }

  /** Adds the tokens that the other files name, in the order in which transformers does. */
  private String complete(ObjectNode json, AddedTokens tokens, boolean overruled, String source) {
    SpecialTokens special = new SpecialTokens(options);
    Set<String> declared = new HashSet<>();
    if (!options.isLegacy()) {
      addDeclared(options.get(TokenizerOptions.ADDED_TOKENS), special, tokens, declared);
    } else {
      addLegacy(json.path("added_tokens"), special, tokens);
      json.path("added_tokens").forEach(token -> declared.add(token.path("content").asText()));
    }
    special.addTo(tokens, declared, vocabularySize);
    if (overruled) {
      tokens.requireNormalForms(options.source());
    }
    json.set("added_tokens", tokens.json());
    return TokenizerJson.read(
        json.toPrettyString().getBytes(StandardCharsets.UTF_8),
        vocabularySize,
        "Cannot read " + source);
  }

  private void addDeclared(
      JsonNode byId, SpecialTokens special, AddedTokens tokens, Set<String> declared) {
    String failure =
        "Cannot read %s: %s".formatted(options.source(), TokenizerOptions.ADDED_TOKENS);
    Map<Integer, JsonNode> sorted = new TreeMap<>();
    byId.fields()
        .forEachRemaining(entry -> sorted.put(id(entry.getKey(), failure), entry.getValue()));
    sorted.forEach(
        (id, token) -> {
          String content = AddedToken.content(token, failure);
          tokens.add(
              AddedToken.read(token, special.has(content), failure),
              IntNode.valueOf(id),
              options.source());
          declared.add(content);
        });
  }

  /** The tokens of an older file; {@code tokenizer.json} overrules it by id. */
  private void addLegacy(JsonNode overruling, SpecialTokens special, AddedTokens tokens) {
    String source = directory.resolve(ADDED_TOKENS).toString();
    Map<Integer, String> sorted = new TreeMap<>();
    ObjectNode ids = TokenizerOptions.file(directory, ADDED_TOKENS, sources);
    ids.fields()
        .forEachRemaining(
            entry ->
                sorted.put(id(entry.getValue().asText(), "Cannot read " + source), entry.getKey()));
    overruling.forEach(token -> sorted.remove(token.path("id").intValue()));
    sorted.forEach(
        (id, content) ->
            tokens.add(
                AddedToken.legacy(content, special.isNamed(content), special.has(content)),
                ids.get(content),
                source));
  }

  private static int id(String text, String failure) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BundleException("%s: %s is not the id of a token".formatted(failure, text), e);
    }
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
}
