package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.SafeTensors;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
