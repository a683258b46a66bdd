package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.SafeTensors;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class HuggingFaceImporterTest {

  private static final EncoderShape SHAPE = new EncoderShape(2, 12, 3, 20);
  private static final List<String> LABELS = List.of("good", "bad", "neither");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Rule public final Seed seed = new Seed();
  private final Bundle classifier =
      RandomBundles.bundle(
          seed.value(), SHAPE, 16, LABELS, Pooling.CLS_POOLER, RandomBundles.PLAIN);
  private final Bundle encoder =
      RandomBundles.bundle(seed.value(), SHAPE, 16, List.of(), Pooling.MEAN, RandomBundles.PLAIN);
  private Path directory;

  @Before
  public void directory() {
    directory = folder.getRoot().toPath().resolve("model");
  }

  @Test
  public void importsClassifiersWithLabelsAndPooler() throws Exception {
    save(classifier);
    Bundle imported = importModel();
    assertThat(imported.labels()).isEqualTo(LABELS);
    assertThat(imported.pooling()).isEqualTo(Pooling.CLS_POOLER);
    assertThat(imported.settings()).isEqualTo(RandomBundles.PLAIN);
    assertSame(imported, classifier);
    assertThat(imported.provenance().source()).isEqualTo(directory.toString());
    assertThat(imported.provenance().sourceDigest()).matches("[0-9a-f]{64}");
    assertThat(imported.provenance().details().get("files").toString())
        .contains("config.json=", "model.safetensors=", "tokenizer.json=");
  }

  @Test
  public void importsEncodersUnderEitherNaming() throws Exception {
    save(encoder);
    assertSame(importModel(), encoder);
    rename(encoder.weights(), name -> name.replaceFirst("^bert\\.", ""));
    assertSame(importModel(), encoder);
    rename(
        encoder.weights(),
        name ->
            name.replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"));
    assertSame(importModel(), encoder);
  }

  @Test
  public void leavesOutThePoolerOfAPlainEncoder() throws Exception {
    save(classifier);
    edit("BertForSequenceClassification", "BertModel");
    Bundle imported = importModel();
    assertThat(imported.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(imported.labels()).isEmpty();
    assertThat(imported.weights().has("bert.pooler.dense.weight")).isFalse();
    assertSame(imported, encoderOf(classifier));
  }

  @Test
  public void twoClassesWithoutNamesAreNamedAsHuggingFaceDoes() throws Exception {
    Bundle binary =
        RandomBundles.bundle(
            seed.value(),
            SHAPE,
            List.of("LABEL_0", "LABEL_1"),
            Pooling.CLS_POOLER,
            RandomBundles.PLAIN);
    save(binary);
    edit("\"id2label\"", "\"unused\"");
    assertSame(importModel(), binary);
  }

  @Test
  public void buildsTheTokenizerFromAVocabulary() throws Exception {
    save(encoder);
    Files.delete(directory.resolve("tokenizer.json"));
    Files.write(directory.resolve("vocab.txt"), RandomBundles.vocabulary());
    assertSame(importModel(), encoder);
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"do_lower_case\": false, \"strip_accents\": true, \"tokenize_chinese_chars\": false}");
    assertThat(importModel().tokenizer().replace(" ", ""))
        .contains("\"handle_chinese_chars\":false,\n\"strip_accents\":true,\n\"lowercase\":false");
    Files.writeString(directory.resolve("vocab.txt"), "[CLS]\n[SEP]\n");
    assertUnreadable("vocab.txt", "there is no [UNK]");
    Files.delete(directory.resolve("vocab.txt"));
    assertRefused("it has neither tokenizer.json nor vocab.txt");
  }

  @Test
  public void refusesOptionsThatItDoesNotFollow() throws Exception {
    save(encoder);
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("\"tokenizer_class\": \"RobertaTokenizer\"", "tokenizer_class RobertaTokenizer");
    refused.put("\"do_lower_case\": \"false\"", "do_lower_case false");
    refused.put("\"strip_accents\": 1", "strip_accents 1");
    refused.put("\"split_special_tokens\": true", "split_special_tokens true");
    refused.put("\"from_slow\": true", "from_slow true");
    refused.put("\"truncation_side\": \"left\"", "truncation_side left");
    refused.put("\"tokenizer_file\": null", "tokenizer_file null");
    refused.put("\"cls_token\": \"<s>\"", "cls_token <s>");
    refused.put("\"mask_token\": {\"content\": \"[MASK]\"}", "mask_token {\"content\":\"[MASK]\"}");
    refused.put("\"additional_special_tokens\": \"x\"", "additional_special_tokens x");
    refused.put("\"auto_map\": {\"AutoTokenizer\": [\"a.B\", null]}", "auto_map");
    refused.put("\"extra_special_tokens\": {\"x\": \"y\"}", "extra_special_tokens {\"x\":\"y\"}");
    for (Map.Entry<String, String> option : refused.entrySet()) {
      options("{" + option.getKey() + "}");
      assertThatThrownBy(this::importModel)
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith(
              "Cannot read %s: %s"
                  .formatted(directory.resolve("tokenizer_config.json"), option.getValue()))
          .hasMessageContaining(" is not supported (");
    }
    options(
        "{\"model_max_length\": 128, \"padding_side\": \"left\", \"never_split\": [\"x\"],"
            + " \"do_basic_tokenize\": false, \"name_or_path\": \"x\", \"unknown\": 1}");
    assertSame(importModel(), encoder);
  }

  @Test
  public void refusesAddedTokensThatContradictTheTokenizer() throws Exception {
    save(encoder);
    Path options = directory.resolve("tokenizer_config.json");
    int size = encoder.config().vocabularySize();
    options("{\"added_tokens_decoder\": {\"%s\": {\"content\": \"zz\"}}}".formatted(size + 1));
    assertUnreadable(
        "tokenizer_config.json",
        "added token \"zz\" has id %s there, but transformers gives it %s"
            .formatted(size + 1, size));
    options("{\"added_tokens_decoder\": {\"%s\": {\"content\": \"zz\"}}}".formatted(size));
    assertUnreadable(
        "tokenizer.json",
        "token \"zz\" has id %s, but the model has %s word embeddings".formatted(size, size));
    options(
        "{\"added_tokens_decoder\": {\"4\": {\"content\": \"[MASK]\", \"lstrip\": true,"
            + " \"special\": true}}}");
    assertThatThrownBy(this::importModel)
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: token {\"id\":4,".formatted(options))
        .hasMessageContaining(" contradicts " + directory.resolve("tokenizer.json"));
    int cat = RandomBundles.vocabulary().indexOf("cat");
    Path tokenizer = directory.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, encoder.tokenizer().replace("\"cat\" : " + cat, "\"CAT\" : " + cat));
    options(
        "{\"do_lower_case\": false, \"added_tokens_decoder\": {\"%s\": {\"content\": \"CAT\"}}}"
            .formatted(cat));
    assertUnreadable(
        "tokenizer_config.json",
        "added token \"CAT\" would be normalised in another way than texts, which follow "
            + options);
  }

  @Test
  public void namesLabelsAsTransformersDoes() throws Exception {
    save(classifier);
    String labels =
        "\"id2label\" : {\n    \"0\" : \"good\",\n    \"1\" : \"bad\",\n    \"2\" : \"neither\"";
    String byLabel = "\"label2id\" : {\n    \"good\" : 0,\n    \"bad\" : 1,\n    \"neither\" : 2";
    edit(byLabel, "\"label2id\" : {\"LABEL_0\" : 0, \"LABEL_1\" : 1");
    assertSame(importModel(), classifier);
    edit("\"LABEL_0\" : 0, \"LABEL_1\" : 1", "\"bad\" : 0, \"good\" : 1");
    assertRefused(
        "config.json: label2id {\"bad\": 0, \"good\": 1} contradicts id2label"
            + " {\"0\":\"good\",\"1\":\"bad\",\"2\":\"neither\"}");
    edit("\"bad\" : 0, \"good\" : 1", "");
    edit(labels, "\"num_labels\" : 4, " + labels);
    assertRefused("config.json: num_labels 4 contradicts id2label, which has 3");
    edit("\"num_labels\" : 4, " + labels, "\"num_labels\" : 3, \"unused\" : {\"0\" : 0");
    assertThat(importModel().labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    edit(
        "\"num_labels\" : 3, \"unused\" : {\"0\" : 0",
        "\"id2label\" : {\"0\" : null, \"1\" : true, \"2\" : 2.0");
    assertRefused(
        "config.json: id2label: null of id 0 is no label; id2label: true of id 1 is no label");
    edit("\"0\" : null, \"1\" : true", "\"0\" : -1, \"1\" : 0.5");
    assertThat(importModel().labels()).containsExactly("-1", "0.5", "2.0");
    edit("\"0\" : -1,", "\"0\" : \"\",");
    assertThatThrownBy(() -> BundleFiles.of(importModel()))
        .isInstanceOf(BundleException.class)
        .hasMessageEndingWith("label 0 is empty");
  }

  @Test
  public void refusesModelsThatComputeMoreThanABert() throws Exception {
    save(classifier);
    edit("\"model_type\"", "\"auto_map\" : {\"AutoModel\" : \"a.B\"}, \"model_type\"");
    assertRefused("config.json: auto_map {\"AutoModel\":\"a.B\"} is not supported");
    edit("\"auto_map\" : {\"AutoModel\" : \"a.B\"}", "\"quantization_config\" : {\"bits\" : 4}");
    assertRefused("config.json: quantization_config {\"bits\":4} is not supported");
    edit("\"quantization_config\" : {\"bits\" : 4}", "\"add_cross_attention\" : true");
    assertRefused("config.json: add_cross_attention true is not supported (supported: false)");
    edit(
        "\"add_cross_attention\" : true",
        "\"use_cache\" : true, \"classifier_dropout\" : null, \"tie_word_embeddings\" : true,"
            + " \"gradient_checkpointing\" : false, \"_name_or_path\" : \"x\"");
    assertSame(importModel(), classifier);
    Files.writeString(directory.resolve("adapter_config.json"), "{}");
    assertRefused(
        "adapter_config.json is not supported; merge the adapter into the weights and save them");
  }

  @Test
  public void refusesTensorsWithoutAPlace() throws Exception {
    save(classifier);
    Path weights = directory.resolve("model.safetensors");
    rename(classifier.weights(), name -> name.replaceFirst("^bert\\.", "roberta."));
    assertThatThrownBy(this::importModel)
        .isInstanceOf(BundleException.class)
        .hasMessageMatching(
            "Cannot read .*: tensor roberta.* is no part of a BERT of 2 layers with a classifier");
    rename(classifier.weights(), name -> name);
    edit("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1");
    assertThatThrownBy(this::importModel)
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: tensor bert.encoder.layer.1.".formatted(weights));
    edit("\"num_hidden_layers\" : 1", "\"num_hidden_layers\" : 2");
    Map<String, FloatTensor> more = new LinkedHashMap<>(classifier.weights().tensors());
    more.put("cls.predictions.bias", FloatTensor.of(new int[] {1}, new float[1]));
    more.put("embeddings.position_ids", FloatTensor.of(new int[] {1}, new float[1]));
    Files.write(weights, SafeTensors.write(new Weights("more", more)));
    assertSame(importModel(), classifier);
    more.put("pooler.dense.bias", FloatTensor.of(new int[] {1}, new float[1]));
    Files.write(weights, SafeTensors.write(new Weights("more", more)));
    assertUnreadable("model.safetensors", "there are two tensors bert.pooler.dense.bias");
  }

  @Test
  public void readsABundleAsItIs() {
    BundleFiles files = BundleFiles.of(classifier);
    files.write(directory);
    Bundle read = importModel();
    assertThat(read.provenance().source()).isEqualTo("random");
    assertThat(BundleFiles.of(read).digest()).isEqualTo(files.digest());
  }

  @Test
  public void refusesOtherArchitectures() throws Exception {
    save(classifier);
    edit("BertForSequenceClassification", "RobertaForSequenceClassification");
    assertRefused(
        "architecture RobertaForSequenceClassification is not supported "
            + "(supported: BertModel, BertForSequenceClassification)");
    edit("RobertaForSequenceClassification", "BertModel");
    edit("\"gelu\"", "\"gelu_new\"");
    edit("\"single_label_classification\"", "\"multi_label_classification\"");
    edit("\"model_type\" : \"bert\"", "\"model_type\" : \"roberta\", \"is_decoder\" : true");
    assertRefused(
        "model_type roberta is not supported (supported: bert); "
            + "hidden_act gelu_new is not supported (supported: gelu); "
            + "problem_type multi_label_classification is not supported "
            + "(supported: single_label_classification); "
            + "is_decoder true is not supported (supported: false)");
    edit("\"architectures\"", "\"architecture\"");
    assertRefused(
        "config.json names no architecture "
            + "(supported: BertModel, BertForSequenceClassification)");
  }

  @Test
  public void namesTheFileThatIsMissing() throws Exception {
    save(encoder);
    Path weights = directory.resolve("model.safetensors");
    Files.move(weights, directory.resolve("pytorch_model.bin"));
    assertRefused(
        "it has no model.safetensors, and pytorch_model.bin is not supported; "
            + "save it in one piece with save_pretrained(..., safe_serialization=True)");
    Files.delete(directory.resolve("pytorch_model.bin"));
    assertRefused("it has no model.safetensors");
    Files.delete(directory.resolve("config.json"));
    assertRefused("it has no config.json");
  }

  @Test
  public void namesTheTensorThatIsMissing() throws Exception {
    save(encoder);
    edit("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3");
    assertUnreadable(
        "model.safetensors", "tensor bert.encoder.layer.2.attention.self.query.weight is missing");
  }

  @Test
  public void refusesWhatIsNoModel() throws Exception {
    assertRefused(
        "it does not exist; " + "a model is a directory, an .onnx file, bge-small or minilm");
    Files.writeString(directory, "");
    assertRefused(
        "it is no model that this version knows; "
            + "a model is a directory, an .onnx file, bge-small or minilm");
  }

  private Bundle importModel() {
    return ModelImporter.importFrom(directory.toString(), Path.of("none"));
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(this::importModel)
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot import %s: %s".formatted(directory, reason));
  }

  private void options(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), json);
  }

  private void assertUnreadable(String file, String reason) {
    assertThatThrownBy(this::importModel)
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read %s: %s".formatted(directory.resolve(file), reason));
  }

  private void assertSame(Bundle actual, Bundle expected) {
    assertThat(BundleFiles.of(actual).digest()).isEqualTo(BundleFiles.of(expected).digest());
  }

  /** The files as Hugging Face writes them: a bundle without {@code ptc.json}. */
  private void save(Bundle bundle) throws IOException {
    BundleFiles.of(bundle).write(directory);
    Files.delete(directory.resolve("ptc.json"));
  }

  private void edit(String from, String to) throws IOException {
    Path config = directory.resolve("config.json");
    assertThat(Files.readString(config)).contains(from);
    Files.writeString(config, Files.readString(config).replace(from, to));
  }

  private void rename(Weights weights, UnaryOperator<String> naming) throws IOException {
    Files.write(directory.resolve("model.safetensors"), SafeTensors.write(weights.renamed(naming)));
  }

  private static Bundle encoderOf(Bundle bundle) {
    return new Bundle(
        bundle.config(),
        List.of(),
        Pooling.MEAN,
        bundle.tokenizer(),
        bundle.weights().renamed(name -> name.replace("classifier", "unused")),
        bundle.settings(),
        bundle.provenance());
  }
}
