package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class BundleFilesTest {

  private static final EncoderShape SHAPE = new EncoderShape(3, 16, 4, 24);
  private static final PruningPolicy COMBINING =
      Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 2, 4, 8);
  private static final ModelSettings PTC =
      new ModelSettings(COMBINING, Precision.INT8, LongDocuments.WINDOWS);
  private static final List<String> LABELS = List.of("sport", "Politik & Börse");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Rule public final Seed seed = new Seed();
  private Bundle bundle;
  private Path directory;

  @Before
  public void write() {
    bundle = RandomBundles.bundle(seed.value(), SHAPE, LABELS, Pooling.MEAN, PTC);
    directory = folder.getRoot().toPath().resolve("bundle");
    BundleFiles.of(bundle).write(directory);
  }

  @Test
  public void readsWhatItWrites() {
    Bundle read = BundleFiles.read(directory).parse();
    assertThat(read.config()).isEqualTo(bundle.config());
    assertThat(read.labels()).isEqualTo(LABELS);
    assertThat(read.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(read.settings()).isEqualTo(PTC);
    assertThat(read.tokenizer()).isEqualTo(bundle.tokenizer());
    assertThat(read.provenance().source()).isEqualTo("random");
    assertThat(read.provenance().details()).containsEntry("seed", seed.value());
    read.weights()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.toArray())
                    .as(name)
                    .containsExactly(bundle.weights().require(name, tensor.shape()).toArray()));
  }

  @Test
  public void writesNoTensorThatTheModelDoesNotUse() {
    Weights weights = BundleFiles.read(directory).parse().weights();
    assertThat(bundle.weights().has("bert.encoder.layer.1.output.dense.weight")).isTrue();
    assertThat(weights.has("bert.encoder.layer.1.output.dense.weight")).isFalse();
    assertThat(weights.has("bert.encoder.layer.2.output.dense.weight")).isTrue();
  }

  @Test
  public void areTheSameMadeOfTheirContents() {
    BundleFiles files = BundleFiles.read(directory);
    BundleFiles copy = BundleFiles.of(files.source(), files.contents());
    assertThat(copy.digest()).isEqualTo(files.digest());
    assertThat(copy.size()).isEqualTo(files.size());
    assertThat(copy.parse().labels()).isEqualTo(LABELS);
  }

  @Test
  public void aFullModelIsKeptInsideTheOther() throws Exception {
    BundleFiles alone = BundleFiles.read(directory);
    BundleFiles other =
        BundleFiles.of(
            RandomBundles.bundle(
                seed.value() + 1, new EncoderShape(3, 32, 4, 48), LABELS, Pooling.MEAN, PTC));
    BundleFiles both = alone.withFull(other);
    Path written = directory.resolveSibling("both");
    both.write(written);
    BundleFiles read = BundleFiles.read(written);
    Bundle full = read.parse().full().orElseThrow();
    assertThat(full.config().shape()).isEqualTo(new EncoderShape(3, 32, 4, 48));
    assertThat(full.settings().policy()).isEqualTo(PTC.policy().trained());
    assertThat(both.digest()).isNotEqualTo(alone.digest());
    assertThat(both.weightBytes()).isGreaterThan(alone.weightBytes() + other.weightBytes() / 2);
    assertThat(both.size()).isGreaterThan(both.weightBytes());
    List<BundleFiles> same =
        List.of(
            read,
            read.detached(),
            BundleFiles.of("elsewhere", read.contents()),
            BundleFiles.of(read.parse()));
    for (BundleFiles copy : same) {
      assertThat(copy.digest()).isEqualTo(both.digest());
      assertThat(copy.size()).isEqualTo(both.size());
    }
    // With other settings it stays; beside another it is another model.
    ModelSettings fp32 = PTC.with(Precision.FP32);
    assertThat(both.with(fp32, bundle.provenance()).parse().full()).isPresent();
    assertThat(alone.withFull(labelled(LABELS)).digest()).isNotEqualTo(both.digest());
    assertThat(read.withoutFull().digest()).isEqualTo(alone.digest());
    assertThat(alone.withoutFull()).isSameAs(alone);
    assertThat(Files.readString(written.resolve("ptc.json"))).contains("\"format_version\" : 3");
    assertThat(Files.readString(written.resolve("full/ptc.json")))
        .contains("\"format_version\" : 2");
  }

  /** Its policy may make sense beside the other alone. */
  @Test
  public void withoutItsFullModelAModelDoesNotEscalate() {
    ModelSettings asking =
        new ModelSettings(
            PolicyText.complete(
                "combining(combining-layer=2, combination-tokens=4)"
                    + " + escalation(margin=0.5, temperature=1)"),
            Precision.INT8,
            LongDocuments.WINDOWS);
    BundleFiles both =
        BundleFiles.read(directory).withFull(labelled(LABELS)).with(asking, bundle.provenance());
    assertThat(both.withoutFull().parse().settings().policy()).isEqualTo(COMBINING.trained());
    assertThat(both.parse().alone().settings()).isEqualTo(both.withoutFull().parse().settings());
    BundleFiles another =
        BundleFiles.of(RandomBundles.bundle(seed.value() + 3, SHAPE, LABELS, Pooling.MEAN, PTC));
    assertThat(both.withFull(another).parse().settings()).isEqualTo(asking);
  }

  @Test
  public void aFullModelThatIsMissingOrDoesNotFitIsRefused() throws Exception {
    BundleFiles alone = BundleFiles.read(directory);
    Path written = directory.resolveSibling("both");
    alone.withFull(labelled(LABELS)).write(written);
    Path aside = Files.move(written.resolve("full"), directory.resolveSibling("aside"));
    assertThatThrownBy(() -> BundleFiles.read(written).parse())
        .hasMessage("Cannot read %s/full: it does not exist", written);
    Files.move(aside, written.resolve("full"));
    Files.delete(written.resolve("full/config.json"));
    assertThatThrownBy(() -> BundleFiles.read(written))
        .hasMessageStartingWith("Cannot read %s/full: it has no config.json", written);
    Files.createDirectory(directory.resolve("full")); // Somebody's own.
    assertThat(BundleFiles.read(directory).parse().full()).isEmpty();

    BundleFiles swapped = labelled(List.of(LABELS.get(1), LABELS.get(0)));
    assertThatThrownBy(() -> alone.withFull(swapped))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot use the model beside %s: it has the same labels in another order,"
                + " [Politik & Börse, sport] instead of [sport, Politik & Börse]",
            directory);
    assertThatThrownBy(() -> alone.withFull(labelled(List.of("a", "b", "c", "d", "e", "f", "g"))))
        .hasMessageContaining("it has other labels, [a, b, c, d, e] and 2 more instead of [sport,");
    assertThatThrownBy(() -> alone.withFull(labelled(List.of())))
        .hasMessageContaining("it is an encoder without a classifier");
    BundleFiles otherwise = alone.with(PTC.with(Precision.FP32), bundle.provenance());
    for (BundleFiles same : List.of(alone, otherwise)) {
      assertThatThrownBy(() -> alone.withFull(same)).hasMessageContaining(": it is the same model");
    }
    assertThatThrownBy(() -> alone.withFull(alone.withFull(labelled(LABELS))))
        .hasMessageContaining("it has a full model of its own");
  }

  private BundleFiles labelled(List<String> labels) {
    return BundleFiles.of(RandomBundles.bundle(seed.value() + 2, SHAPE, labels, Pooling.MEAN, PTC));
  }

  @Test
  public void digestIdentifiesBehaviourAlone() throws Exception {
    String digest = BundleFiles.of(bundle).digest();
    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(BundleFiles.read(directory).digest()).isEqualTo(digest);
    Provenance other = new Provenance("now", "elsewhere", "0", Map.of("accuracy", 0.9));
    assertThat(digest(bundle.weights(), LABELS, PTC, other)).isEqualTo(digest);
    Files.writeString(
        directory.resolve("config.json"),
        Files.readString(directory.resolve("config.json")).replace("\n", "\r\n\t"));
    assertThat(BundleFiles.read(directory).digest()).isEqualTo(digest);

    assertThat(digest(changed("classifier.bias", 0, 0.125f), LABELS, PTC, other))
        .isNotEqualTo(digest);
    assertThat(digest(bundle.weights(), List.of("sport", "other"), PTC, other))
        .isNotEqualTo(digest);
    PruningPolicy policy = Policies.ptc(0.8, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 2, 4, 8);
    for (ModelSettings settings :
        List.of(
            new ModelSettings(policy, Precision.INT8, LongDocuments.WINDOWS),
            new ModelSettings(COMBINING, Precision.FP32, LongDocuments.WINDOWS),
            new ModelSettings(COMBINING, Precision.INT8, LongDocuments.TRUNCATE))) {
      assertThat(digest(bundle.weights(), LABELS, settings, other)).isNotEqualTo(digest);
    }
  }

  @Test
  public void aPromiseIsReadAsItWasWrittenAndChangesNoDigest() throws Exception {
    BundleFiles files = BundleFiles.read(directory);
    Promise promise =
        new Promise(
            new Claim.Agreement(0.99),
            0.95,
            1500,
            6,
            "sample",
            "2026-01-31",
            "1.2",
            files.digest(),
            false);
    Provenance provenance = files.parse().provenance().with(Optional.of(promise));
    BundleFiles promising = files.with(files.parse().settings(), provenance);
    assertThat(promising.digest()).isEqualTo(files.digest());
    Path written = directory.resolveSibling("promising");
    promising.write(written);
    assertThat(BundleFiles.read(written).parse().provenance().promise()).contains(promise);
    assertThat(promise)
        .hasToString(
            "at least 99 % of documents like the sample's get the unpruned model's label"
                + " (confidence 95 %; 1,494 of 1,500 tested documents did, 2026-01-31, ptc 1.2)");

    Path file = written.resolve("ptc.json");
    String json = Files.readString(file);
    Files.writeString(
        file,
        json.replace("\"agreement\" : 0.99", "\"agreement\" : 99")
            .replace("\"sample_digest\"", "\"digest\""));
    assertThatThrownBy(() -> BundleFiles.read(written).parse())
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot read %s: promise: agreement: 99.0 is not between 0 and 1; promise: sample_digest:"
                    .formatted(file)
                + " missing; promise: unknown key digest: \"sample\" (known: max_accuracy_loss,"
                + " agreement, confidence, documents, disagreements, sample_digest, tested,"
                + " version, model)");
    Files.writeString(file, json.replace("\"agreement\" : 0.99", "\"agreement\" : 99"));
    assertThatThrownBy(() -> BundleFiles.read(written).parse())
        .hasMessage(
            "Cannot read %s: promise: agreement: 99.0 is not between 0 and 1".formatted(file));
    Files.writeString(file, json.replace("\"disagreements\" : 6", "\"disagreements\" : 1500"));
    assertThatThrownBy(() -> BundleFiles.read(written).parse())
        .hasMessage(
            "Cannot read %s: promise: disagreements: 1500 of 1500 documents cannot be"
                .formatted(file));
  }

  @Test
  public void namesFileAndTensorOfDamagedWeights() throws Exception {
    String file = directory.resolve("model.safetensors").toString();
    String name = "bert.encoder.layer.0.output.dense.bias";
    write(changed(name, 3, Float.POSITIVE_INFINITY));
    assertUnreadable(file, "tensor %s holds Infinity at element 3".formatted(name));

    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    tensors.put(name, FloatTensor.of(new int[] {2}, 1, 2));
    write(new Weights("changed", tensors));
    assertUnreadable(file, "tensor %s has shape [2] instead of [16]".formatted(name));

    tensors.remove(name);
    write(new Weights("changed", tensors));
    assertUnreadable(file, "tensor %s is missing".formatted(name));

    for (String needed : TensorLayout.of(bundle, COMBINING).shapes().keySet()) {
      tensors = new LinkedHashMap<>(bundle.weights().tensors());
      tensors.remove(needed);
      write(new Weights("changed", tensors));
      assertUnreadable(file, "tensor %s is missing".formatted(needed));
    }

    byte[] truncated = SafeTensors.write(bundle.weights());
    Files.write(Path.of(file), Arrays.copyOf(truncated, 100));
    assertUnreadable(
        file,
        ("it claims a header of %s bytes in a file of 100: " + "truncated, or no safetensors file")
            .formatted(ByteBuffer.wrap(truncated).order(ByteOrder.LITTLE_ENDIAN).getLong()));
  }

  @Test
  public void detachedFilesOutliveTheBundleAndWhatIsWrittenToIt() throws Exception {
    BundleFiles detached = BundleFiles.read(directory).detached();
    Path weights = directory.resolve("model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    Files.write(weights, new byte[before.length], StandardOpenOption.WRITE);
    Files.delete(directory.resolve("config.json"));

    assertThat(detached.contents().get("model.safetensors").bytes()).isEqualTo(before);
    assertThat(detached.digest()).isEqualTo(BundleFiles.of(bundle).digest());
    assertThat(detached.parse().labels()).isEqualTo(LABELS);
    assertThat(detached.detached().digest()).isEqualTo(detached.digest());
    BundleFiles inMemory = BundleFiles.of("memory", detached.contents());
    assertThat(inMemory.detached().digest()).isEqualTo(detached.digest());
  }

  @Test
  public void refusesSettingsOfNewerOrUnknownForm() throws Exception {
    Path file = directory.resolve("ptc.json");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("\"format_version\" : 2", "\"format_version\" : 4"));
    assertUnreadable(
        file,
        "format version 4 is newer than 3, the newest that this version reads; "
            + "read it with a newer version of ptc-spark");
    Files.writeString(file, json.replace("\"format_version\" : 2", "\"format_version\" : 0"));
    assertThatThrownBy(() -> BundleFiles.read(directory).parse())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("format_version: 0 is less than 1");
    Files.writeString(
        file,
        json.replace("keep-ratio", "drop-ratio")
            .replace("int8", "int4")
            .replace("\"pooling\" : \"mean\"", "\"pool\" : \"mean\""));
    assertUnreadable(
        file,
        "policy: Cannot use policy \"%s\": ptc has no option drop-ratio (its options are"
                .formatted(COMBINING.toString().replace("keep-ratio", "drop-ratio"))
            + " keep-ratio, fuzzy, scope, layers, every, minimum-tokens, combining-layer,"
            + " combination-tokens); "
            + "precision: \"int4\" is not one of auto, fp32, int8, bf16, int8-by-token,"
            + " int8-by-document; pooling: missing; "
            + "unknown key pool: \"mean\" (known: format_version, policy, precision, "
            + "long_documents, pooling, provenance, full_model, promise)");
    Files.writeString(file, json.replace(COMBINING.toString(), ""));
    assertUnreadable(
        file,
        "policy: Cannot use policy \"\": nothing is not a method with options,"
            + " as in ptc(keep-ratio=0.8, scope=tokens)");
    Files.writeString(file, json.replace("\"policy\"", "\"pruning\""));
    assertUnreadable(
        file,
        "policy: missing; unknown key pruning: \"%s\" (known: format_version, policy, precision, "
                .formatted(COMBINING)
            + "long_documents, pooling, provenance, full_model, promise)");
    Files.writeString(file, json.replace("combining-layer=2", "combining-layer=9"));
    assertUnreadable(file, "Invalid combining-layer: 9 (the model has 3 layers)");
    Files.writeString(file, json.replace("\"mean\"", "\"cls-pooler\""));
    assertUnreadable(file, "pooling cls-pooler needs [CLS], which combining layer 2 leaves out");
    Files.writeString(file, json.substring(0, 40));
    assertThatThrownBy(() -> BundleFiles.read(directory).parse())
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: it is not valid JSON at line ".formatted(file));
    Files.writeString(file, "[]");
    assertUnreadable(file, "it is not a JSON object");
  }

  @Test
  public void writesPoliciesAsText() throws Exception {
    assertThat(Files.readString(directory.resolve("ptc.json")))
        .contains("\"format_version\" : 2", "\"policy\" : \"%s\"".formatted(COMBINING));
  }

  @Test
  public void readsBundlesOfTheFirstFormat() throws Exception {
    Path file = directory.resolve("ptc.json");
    String former =
        """
        {"format_version": 1,
         "policy": {"method": "ptc", "keep_ratio": 0.9, "fuzzy": "fuzzy", "scope": "tokens",
           "first_pruned_layer": 2, "combining_layer": 2, "combination_tokens": 4,
           "minimum_tokens": 8},
         "precision": "int8", "long_documents": "windows", "pooling": "mean"}
        """;
    Files.writeString(file, former);
    assertThat(BundleFiles.read(directory).parse().settings()).isEqualTo(PTC);
    assertThat(BundleFiles.read(directory).digest()).isEqualTo(BundleFiles.of(bundle).digest());

    Files.writeString(
        file, former.replace("\"keep_ratio\"", "\"drop_ratio\"").replace("int8", "int4"));
    assertUnreadable(
        file,
        "policy: Invalid policy: keep_ratio: missing; "
            + "unknown key drop_ratio: 0.9 (known: method, keep_ratio, fuzzy, scope, "
            + "first_pruned_layer, every, combining_layer, combination_tokens, minimum_tokens); "
            + "precision: \"int4\" is not one of auto, fp32, int8, bf16, int8-by-token,"
            + " int8-by-document");
  }

  /** Outputs name the model that they come from by its digest, whatever version read it. */
  @Test
  public void digestsAreThoseOfTheFirstFormat() {
    Map<PruningPolicy, String> digests =
        Map.of(
            PruningPolicy.NONE,
            "9bd25e91e415db1ad40365b41f9031b065b2101ac8914f26f092cc0feaa14094",
            COMBINING,
            "26a33824e0d31e70c1bc3eac1bbf4923f6fc32ac2e95489c90241d34cff3bdae",
            Policies.ptc(0.8, Fuzzy.OFF, Scope.KEYS_VALUES, 3, 2, 0, 0, 4),
            "33052322468c50f2e9707f3f6839f56e025eeae947ca789a174158e982266bb0");
    digests.forEach(
        (policy, digest) ->
            assertThat(
                    BundleFiles.of(
                            RandomBundles.bundle(
                                7,
                                SHAPE,
                                List.of("sport", "other"),
                                Pooling.MEAN,
                                new ModelSettings(policy, Precision.INT8, LongDocuments.WINDOWS)))
                        .digest())
                .as("%s", policy)
                .isEqualTo(digest));
  }

  @Test
  public void refusesConfigurationsThatItCannotRun() throws Exception {
    Path file = directory.resolve("config.json");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("BertForSequenceClassification", "DistilBertModel"));
    assertUnreadable(
        file,
        "architecture DistilBertModel is not supported "
            + "(supported: BertModel, BertForSequenceClassification)");
    Files.writeString(
        file,
        json.replace("\"gelu\"", "\"relu\"")
            .replace("\"absolute\"", "\"relative_key\"")
            .replace("\"hidden_size\" : 16", "\"hidden_size\" : \"16\"")
            .replace("\"1\" : \"Pol", "\"2\" : \"Pol"));
    assertUnreadable(
        file,
        "hidden_act relu is not supported (supported: gelu); "
            + "position_embedding_type relative_key is not supported (supported: absolute); "
            + "hidden_size: \"16\" is not an integer; "
            + "id2label: 2 labels, but none for id 1 (ids count from 0)");
    Files.writeString(
        file, json.replace("\"num_attention_heads\" : 4", "\"num_attention_heads\" : 5"));
    assertUnreadable(
        file, "Invalid number of attention heads: 5 does not divide the hidden size 16");
    Files.writeString(
        file, json.replace("\"num_hidden_layers\" : 3", "\"num_hidden_layers\" : 2147483647"));
    assertUnreadable(file, "num_hidden_layers: 2147483647 is more than the 256 that are supported");
    Files.writeString(
        file, json.replaceFirst("\"vocab_size\" : \\d+", "\"vocab_size\" : 2000000000"));
    assertUnreadable(
        file,
        "vocab_size 2000000000, max_position_embeddings 512, num_hidden_layers 3, hidden_size 16 "
            + "and intermediate_size 24 make more weights than the 2147483639 bytes that fit in "
            + "one file");
    Files.writeString(file, json.replace("Politik & Börse", "__HIVE_DEFAULT_PARTITION__"));
    assertUnreadable(
        file,
        "id2label: label 1 is __HIVE_DEFAULT_PARTITION__, "
            + "which stands for no value in names of directories");
    Files.writeString(file, json.replace("BertForSequenceClassification", "BertModel"));
    assertUnreadable(
        directory.resolve("model.safetensors"),
        "tensor classifier.weight is there, but config.json has no labels");
  }

  @Test
  public void refusesLabelsThatNoDirectoryCanHave() {
    for (String label :
        List.of(
            "", "__HIVE_DEFAULT_PARTITION__", "a\tb", "\0", "\u0085", "\ud83d", "x".repeat(250))) {
      Bundle unnamed =
          RandomBundles.bundle(seed.value(), SHAPE, List.of("a", label), Pooling.MEAN, PTC);
      assertThatThrownBy(() -> BundleFiles.of(unnamed))
          .isInstanceOf(BundleException.class)
          .hasMessageMatching("Invalid model: label 1 (is|holds) .*");
    }
  }

  @Test
  public void keepsLabelsThatOthersTakeForValues() {
    List<String> labels =
        List.of(
            "null",
            "true",
            "1",
            "-1",
            "001",
            "NaN",
            " ",
            "..",
            "a/b=c%41",
            "\u00fc",
            "\ud83d\ude00");
    Bundle odd = RandomBundles.bundle(seed.value(), SHAPE, labels, Pooling.MEAN, PTC);
    BundleFiles.of(odd).write(directory.resolveSibling("odd"));
    assertThat(BundleFiles.read(directory.resolveSibling("odd")).parse().labels())
        .isEqualTo(labels);
  }

  @Test
  public void refusesTokenizersThatDoNotFit() throws Exception {
    Path file = directory.resolve("tokenizer.json");
    String json = Files.readString(file);
    Files.writeString(
        file,
        json.replace("\"type\" : \"WordPiece\",\n    \"unk", "\"type\" : \"BPE\",\n    \"unk"));
    assertUnreadable(file, "tokenizer model BPE is not supported (supported: WordPiece)");
    Files.writeString(file, json.replace("\"cat\" : ", "\"cat\" : 1"));
    assertThatThrownBy(() -> BundleFiles.read(directory).parse())
        .isInstanceOf(BundleException.class)
        .hasMessageMatching(
            ".*tokenizer.json: token \"cat\" has id 1\\d+, but the model has %s word embeddings"
                .formatted(bundle.config().vocabularySize()));
    Files.writeString(file, json.replace("\"[SEP]\" : 3,", ""));
    assertUnreadable(file, "its vocabulary has no [SEP]");
    Files.writeString(
        file, json.replace("\"truncation\" : null", "\"truncation\" : {\"max_length\" : 128}"));
    assertThat(BundleFiles.read(directory).parse().tokenizer()).contains("\"truncation\":null");
  }

  @Test
  public void namesTheFileThatIsMissing() throws Exception {
    Path absent = directory.resolveSibling("absent");
    assertThatThrownBy(() -> BundleFiles.read(absent))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read %s: it does not exist".formatted(absent));
    Files.delete(directory.resolve("ptc.json"));
    assertUnreadable(
        directory,
        "it has no ptc.json "
            + "(a bundle has config.json, tokenizer.json, model.safetensors and ptc.json)");
  }

  @Test
  public void refusesFilesOverTwoGigabytes() throws Exception {
    Path file = directory.resolve("model.safetensors");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(3L << 30);
    }
    assertUnreadable(file, "it has 3221225472 bytes, more than the 2147483639 that are supported");
  }

  @Test
  public void writesNoModelThatIsNotComplete() {
    Bundle broken = with(changed("classifier.bias", 0, Float.NaN));
    assertThatThrownBy(() -> BundleFiles.of(broken))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read changed: tensor classifier.bias holds NaN at element 0");
  }

  @Test
  public void writesOnlyWhereNothingIs() throws Exception {
    BundleFiles files = BundleFiles.read(directory);
    assertThatThrownBy(() -> files.write(directory))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot write %s: it exists and is not empty".formatted(directory));
    Path file = directory.resolve("ptc.json");
    assertThatThrownBy(() -> BundleFiles.checkWritable(file))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot write %s: it exists and is not a directory".formatted(file));
    Path below = file.resolve("new/bundle");
    assertThatThrownBy(() -> BundleFiles.checkWritable(below))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot write %s: %s is not a directory".formatted(below, file));
    Path empty = Files.createDirectory(directory.resolveSibling("empty"));
    files.write(empty);
    Path nested = directory.resolveSibling("a").resolve("b");
    files.write(nested);
    assertThat(BundleFiles.read(empty).digest()).isEqualTo(BundleFiles.read(nested).digest());
  }

  @Test
  public void leavesNothingWhereWritingFails() throws Exception {
    Path parent = folder.newFolder("parent").toPath();
    Map<String, FileContent> files = new LinkedHashMap<>();
    files.put("first", FileContent.of(new byte[10]));
    files.put("x".repeat(300), FileContent.of(new byte[10]));
    assertThatThrownBy(() -> AtomicDirectory.write(parent.resolve("out"), files))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot write %s: ".formatted(parent.resolve("out")))
        .hasMessageContaining("File name too long");
    assertThat(content(parent)).isEmpty();
    Path file = Files.writeString(parent.resolve("file"), "");
    assertThatThrownBy(() -> AtomicDirectory.write(file.resolve("out"), files))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("file is not a directory");
    assertThat(content(parent)).containsExactly(file);
  }

  @Test
  public void writesEncodersWithoutLabelsAndModelsWithPoolers() {
    Bundle encoder =
        RandomBundles.bundle(seed.value(), SHAPE, List.of(), Pooling.MEAN, RandomBundles.PLAIN);
    assertThat(BundleFiles.of(encoder).parse().labels()).isEmpty();
    Bundle pooled =
        RandomBundles.bundle(seed.value(), SHAPE, LABELS, Pooling.CLS_POOLER, RandomBundles.PLAIN);
    Bundle read = BundleFiles.of(pooled).parse();
    assertThat(read.weights().has("bert.pooler.dense.weight")).isTrue();
    assertThat(read.settings().policy()).isEqualTo(PruningPolicy.NONE);
  }

  private static List<Path> content(Path directory) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      return new ArrayList<>(content.toList());
    }
  }

  private void assertUnreadable(Object file, String reason) {
    assertThatThrownBy(() -> BundleFiles.read(directory).parse())
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read %s: %s".formatted(file, reason));
  }

  private void write(Weights weights) throws IOException {
    Files.write(directory.resolve("model.safetensors"), SafeTensors.write(weights));
  }

  private Weights changed(String name, int element, float value) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    float[] values = tensors.get(name).toArray();
    values[element] = value;
    tensors.put(name, FloatTensor.of(tensors.get(name).shape(), values));
    return new Weights("changed", tensors);
  }

  private Bundle with(Weights weights) {
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        weights,
        bundle.settings(),
        bundle.provenance());
  }

  private String digest(
      Weights weights, List<String> labels, ModelSettings settings, Provenance provenance) {
    return BundleFiles.of(
            new Bundle(
                bundle.config(),
                labels,
                bundle.pooling(),
                bundle.tokenizer(),
                weights,
                settings,
                provenance))
        .digest();
  }
}
