package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Directories as people publish them, in {@code resources/models} without their weights, which
 * several share. {@code expected.jsonl} has what transformers 4.52 says of {@code texts.jsonl}.
 */
public class PublishedDirectoriesTest {

  private static final Path MODELS = Path.of("src/test/resources/models");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void aCasedVocabulary() throws Exception {
    assertLikeTransformers(classifier("m02_vocab_txt_cased", "three-labels"));
  }

  @Test
  public void addedTokensOfAnOldVersion() throws Exception {
    assertLikeTransformers(classifier("m03_vocab_txt_added_tokens", "more-tokens"));
  }

  @Test
  public void optionsThatOverruleTheTokenizer() throws Exception {
    assertLikeTransformers(classifier("m04_config_contradicts_tokenizer_json", "three-labels"));
  }

  @Test
  public void aNumberOfLabelsAlone() throws Exception {
    Bundle bundle = assertLikeTransformers(classifier("m06_num_labels_only", "three-labels"));
    assertThat(bundle.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
  }

  @Test
  public void labelsThatAreNumbers() throws Exception {
    Bundle bundle = assertLikeTransformers(classifier("m07_id2label_numbers", "three-labels"));
    assertThat(bundle.labels()).containsExactly("-1", "0", "1");
  }

  @Test
  public void geluSpeltOut() throws Exception {
    assertLikeTransformers(classifier("m12_gelu_python", "three-labels"));
  }

  @Test
  public void addedTokensOfASlowTokenizer() throws Exception {
    assertLikeTransformers(classifier("m23_slow_tokenizer_saved", "more-tokens"));
  }

  @Test
  public void withoutAnArchitectureTheEncoderIsTaken() throws Exception {
    assertEncoder(bundle(directory("m10_no_architectures", "three-labels")));
  }

  @Test
  public void theEncoderOfAMaskedLanguageModelIsTaken() throws Exception {
    assertEncoder(bundle(directory("m11_masked_lm", "masked-lm")));
  }

  @Test
  public void otherKindsAreRefused() throws Exception {
    assertRefused(directory("m13_vocab_twice", "three-labels"), "stands twice");
    assertRefused(
        directory("m22_japanese_char_tokenizer", "three-labels"),
        "tokenizer_config.json: tokenizer_class BertJapaneseTokenizer is not supported"
            + " (supported: BertTokenizer, BertTokenizerFast, PreTrainedTokenizerFast)");
    assertRefused(
        directory("m30_distilbert", "three-labels"),
        "architecture DistilBertForSequenceClassification is not supported");
    assertRefused(
        directory("m31_roberta", "three-labels"),
        "architecture RobertaForSequenceClassification is not supported");
    assertRefused(
        directory("m32_xlm_roberta", "three-labels"),
        "architecture XLMRobertaForSequenceClassification is not supported");
    assertRefused(
        directory("m33_multi_label", "three-labels"),
        "problem_type multi_label_classification is not supported");
  }

  private record Published(Path directory, List<JsonNode> expected) {}

  private Published classifier(String name, String weights) throws IOException {
    return new Published(
        directory(name, weights), lines(MODELS.resolve(name).resolve("expected.jsonl")));
  }

  private Path directory(String name, String weights) throws IOException {
    Path directory = folder.getRoot().toPath().resolve(name);
    Files.createDirectory(directory);
    try (Stream<Path> files = Files.list(MODELS.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
    Files.copy(MODELS.resolve(weights + ".safetensors"), directory.resolve(BundleFiles.WEIGHTS));
    return directory;
  }

  private static Bundle bundle(Path directory) {
    return ModelImporter.importFrom(directory.toString(), Path.of("none"));
  }

  /** Also after writing and reading: what is saved is what was imported. */
  private Bundle assertLikeTransformers(Published published) throws IOException {
    Bundle imported = bundle(published.directory());
    Path saved = published.directory().resolveSibling("saved");
    BundleFiles.of(imported).write(saved);
    Bundle bundle = BundleFiles.read(saved).parse();
    List<JsonNode> texts = lines(MODELS.resolve("texts.jsonl"));
    assertThat(published.expected()).hasSameSizeAs(texts);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i).get("text").textValue();
        JsonNode expected = published.expected().get(i);
        Classification actual = classifier.classify(text);
        assertThat(actual.tokens()).as(text).isEqualTo(expected.get("pieces").intValue());
        assertThat(actual.label()).as(text).isEqualTo(expected.get("label").textValue());
        for (int label = 0; label < bundle.labels().size(); label++) {
          assertThat(actual.scores().get(label))
              .as(text)
              .isCloseTo(expected.get("scores").get(label).floatValue(), Offset.offset(1e-4f));
        }
      }
    }
    return bundle;
  }

  private static void assertEncoder(Bundle bundle) {
    assertThat(bundle.labels()).isEmpty();
    assertThat(bundle.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(bundle.weights().names())
        .allMatch(name -> name.startsWith("bert.embeddings") || name.startsWith("bert.encoder"));
  }

  private static void assertRefused(Path directory, String reason) {
    assertThatThrownBy(() -> bundle(directory))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(directory.toString())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      return values.readAll();
    }
  }
}
