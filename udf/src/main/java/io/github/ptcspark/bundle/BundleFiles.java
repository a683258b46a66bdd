package io.github.ptcspark.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The files of a bundle, as they stand on disk and as they travel to executors. They never change.
 * The weights are read from where they lie each time that they are needed, and are nowhere in
 * memory unless they were made there.
 */
public final class BundleFiles {

  /** Encoder and labels. */
  public static final String CONFIG = "config.json";

  /** The word piece tokenizer. */
  public static final String TOKENIZER = "tokenizer.json";

  /** The weights. */
  public static final String WEIGHTS = "model.safetensors";

  /** Policy, precision, the rule for long documents and provenance. */
  public static final String SETTINGS = "ptc.json";

  /** The names of the files of one model. */
  public static final List<String> NAMES = List.of(CONFIG, TOKENIZER, WEIGHTS, SETTINGS);

  /** The directory of the files of the full model, where there is one: see {@link Bundle#full}. */
  public static final String FULL = "full";

  /** The longest file that fits in a byte array. */
  public static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

  private final String source;
  private final byte[] config;
  private final byte[] tokenizer;
  private final FileContent weights;
  private final byte[] settings;
  private final Optional<BundleFiles> full;

  /** Each computed once, when it is first asked for. */
  private volatile Bundle parsed;

  private volatile String digest;

  private BundleFiles(
      String source,
      byte[] config,
      byte[] tokenizer,
      FileContent weights,
      byte[] settings,
      Optional<BundleFiles> full) {
    this.source = source;
    this.config = config;
    this.tokenizer = tokenizer;
    this.weights = weights;
    this.settings = settings;
    this.full = full;
  }

  /**
   * Reads the files of a bundle without looking into them.
   *
   * @throws BundleException if a file is missing, cannot be read or is longer than 2 GB
   */
  public static BundleFiles read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new BundleException(
          "Cannot read %s: %s"
              .formatted(
                  directory,
                  Files.exists(directory) ? "it is not a directory" : "it does not exist"));
    }
    requireAll(directory.toString(), name -> Files.isRegularFile(directory.resolve(name)));
    byte[] settings = readFile(directory.resolve(SETTINGS));
    return new BundleFiles(
        directory.toString(),
        readFile(directory.resolve(CONFIG)),
        readFile(directory.resolve(TOKENIZER)),
        openFile(directory.resolve(WEIGHTS)),
        settings,
        PtcJson.hasFull(settings) ? Optional.of(read(directory.resolve(FULL))) : Optional.empty());
  }

  /**
   * Files that lie elsewhere.
   *
   * @param source where they are from, for messages
   * @param contents contents by file name, see {@link #contents}
   * @throws BundleException if a file is missing or cannot be read
   */
  public static BundleFiles of(String source, Map<String, FileContent> contents) {
    requireAll(source, contents::containsKey);
    Map<String, FileContent> full = new LinkedHashMap<>();
    contents.forEach(
        (name, content) -> {
          if (name.startsWith(ofFullModel(""))) {
            full.put(name.substring(ofFullModel("").length()), content);
          }
        });
    byte[] settings = contents.get(SETTINGS).bytes();
    return new BundleFiles(
        source,
        contents.get(CONFIG).bytes(),
        contents.get(TOKENIZER).bytes(),
        contents.get(WEIGHTS),
        settings,
        PtcJson.hasFull(settings) ? Optional.of(of(source + "/" + FULL, full)) : Optional.empty());
  }

  /**
   * The files of a model in memory.
   *
   * @throws BundleException if the model is not complete, as {@link #parse} would find
   */
  public static BundleFiles of(Bundle bundle) {
    Weights used = BundleCheck.check(bundle, "Invalid model");
    PtcJson settings = PtcJson.of(bundle);
    return new BundleFiles(
        "the model",
        JsonDocument.pretty(new ConfigJson(bundle.config(), bundle.labels()).json()),
        bundle.tokenizer().getBytes(StandardCharsets.UTF_8),
        FileContent.of(SafeTensors.write(used)),
        JsonDocument.pretty(settings.json()),
        bundle.full().map(BundleFiles::of));
  }

  /**
   * The same model, run otherwise.
   *
   * @throws BundleException if the settings do not fit it
   */
  public BundleFiles with(ModelSettings changedSettings, Provenance provenance) {
    return with(changedSettings, provenance, full);
  }

  /**
   * The same model with another that reads in full, and does so under what it was trained with
   * alone.
   *
   * @throws BundleException if the other is no classifier, has other labels, has a full model of
   *     its own, or reads as this one does without pruning
   */
  public BundleFiles withFull(BundleFiles other) {
    Bundle model = other.parseClassifier();
    BundleCheck.lackBeside(parseClassifier(), model)
        .ifPresent(
            lack -> {
              throw new BundleException(
                  "Cannot use %s beside %s: %s".formatted(other.source, source, lack));
            });
    ModelSettings run = parse().settings();
    BundleFiles unpruned = other.unpruned(run);
    if (unpruned.digest().equals(withoutFull().unpruned(run).digest())) {
      throw new BundleException(
          "Cannot use %s beside %s: it is the same model".formatted(other.source, source));
    }
    return with(run, shownNothing(), Optional.of(unpruned));
  }

  /**
   * The same model alone, see {@link Bundle#alone}; of the other nothing is read.
   *
   * @throws BundleException if its settings cannot be read
   */
  public BundleFiles withoutFull() {
    if (full.isEmpty()) {
      return this;
    }
    PtcJson both = PtcJson.read(settings, "Cannot read " + file(SETTINGS));
    PtcJson alone =
        new PtcJson(
            both.settings().withoutEscalation(),
            both.pooling(),
            both.provenance().with(Optional.empty()),
            false);
    return new BundleFiles(
        source, config, tokenizer, weights, JsonDocument.pretty(alone.json()), Optional.empty());
  }

  /** As it reads in full in a run with some settings. */
  private BundleFiles unpruned(ModelSettings run) {
    return with(
        new ModelSettings(
            parse().settings().policy().trained(), run.precision(), run.longDocuments()),
        shownNothing());
  }

  /** A promise is of a model as it was. */
  private Provenance shownNothing() {
    return parse().provenance().with(Optional.empty());
  }

  private BundleFiles with(
      ModelSettings changedSettings, Provenance provenance, Optional<BundleFiles> fullModel) {
    PtcJson json =
        new PtcJson(changedSettings, parse().pooling(), provenance, fullModel.isPresent());
    BundleFiles changed =
        new BundleFiles(
            source, config, tokenizer, weights, JsonDocument.pretty(json.json()), fullModel);
    changed.parse();
    return changed;
  }

  /**
   * The model in these files. Its weights refer to them.
   *
   * @throws BundleException if anything is missing, damaged or unsupported
   */
  public Bundle parse() {
    if (parsed == null) {
      parsed = parseAnew();
    }
    return parsed;
  }

  private Bundle parseAnew() {
    PtcJson ptc = PtcJson.read(settings, "Cannot read " + file(SETTINGS));
    ConfigJson encoder = ConfigJson.read(config, "Cannot read " + file(CONFIG));
    Optional<String> problem = Labels.problem(encoder.labels());
    if (problem.isPresent()) {
      throw new BundleException(
          "Cannot read %s: id2label: %s".formatted(file(CONFIG), problem.get()));
    }
    String tokenizerJson =
        TokenizerJson.read(
            tokenizer, encoder.config().vocabularySize(), "Cannot read " + file(TOKENIZER));
    Weights tensors = SafeTensors.read(file(WEIGHTS), weights);
    Bundle bundle =
        new Bundle(
            encoder.config(),
            encoder.labels(),
            ptc.pooling(),
            tokenizerJson,
            tensors,
            ptc.settings(),
            ptc.provenance(),
            full.map(BundleFiles::parseClassifier));
    BundleCheck.check(bundle, "Cannot read " + file(SETTINGS));
    return bundle;
  }

  /**
   * The model in these files, one that labels.
   *
   * @throws BundleException as {@link #parse} does, and if it is an encoder without a classifier
   */
  public Bundle parseClassifier() {
    Bundle bundle = parse();
    if (bundle.labels().isEmpty()) {
      throw new BundleException(
          "Cannot classify with %s: it is an encoder without a classifier, train one first"
              .formatted(source));
    }
    return bundle;
  }

  /**
   * SHA-256, in hexadecimal, of what decides how the model behaves. It identifies the model and
   * does not depend on provenance or on how the files are laid out.
   */
  public String digest() {
    if (digest == null) {
      digest = BundleDigest.of(parse());
    }
    return digest;
  }

  /** Where they are from, for messages. */
  public String source() {
    return source;
  }

  /** The bytes of all files together. */
  public long size() {
    return config.length
        + tokenizer.length
        + settings.length
        + weights.size()
        + full.map(BundleFiles::size).orElse(0L);
  }

  /** The bytes of the weights alone, of the full model too. */
  public long weightBytes() {
    return weights.size() + full.map(BundleFiles::weightBytes).orElse(0L);
  }

  /**
   * The same files, independent of the bundle: of weights on a disk it has a copy, in a temporary
   * file that nobody else finds.
   *
   * @throws BundleException if they cannot be read or copied
   */
  public BundleFiles detached() {
    return new BundleFiles(
        source,
        config,
        tokenizer,
        weights instanceof FileOnDisk ? temporary(file(WEIGHTS), weights::writeTo) : weights,
        settings,
        full.map(BundleFiles::detached));
  }

  /** Writes the bytes of a file. */
  public interface Writing {

    /** Writes all of them. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * A file of a bundle in a temporary file that nobody else finds.
   *
   * @param source where it is from, for messages
   * @throws BundleException if that fails
   */
  public static FileContent temporary(String source, Writing content) {
    try {
      return FileOnDisk.temporary(source, content);
    } catch (IOException e) {
      throw new BundleException(
          "Cannot read %s into a temporary file: %s".formatted(source, FailureReason.of(e)), e);
    }
  }

  /**
   * Writes the files, all or none.
   *
   * @param directory one that does not exist or is empty
   * @throws BundleException if it is neither, or if writing fails
   */
  public void write(Path directory) {
    AtomicDirectory.write(directory, saved());
  }

  /** What a directory of the bundle holds: its files and one for other tools, by name. */
  public Map<String, FileContent> saved() {
    Map<String, FileContent> saved = contents();
    saved.put(
        TokenizerConfigJson.NAME,
        FileContent.of(
            JsonDocument.pretty(
                TokenizerConfigJson.json(
                    JsonDocument.parse(tokenizer, "Cannot read " + file(TOKENIZER)),
                    JsonDocument.parse(config, "Cannot read " + file(CONFIG))))));
    full.ifPresent(
        model -> model.saved().forEach((name, content) -> saved.put(ofFullModel(name), content)));
    return saved;
  }

  /** Contents by file name, as they travel; those of the full model in its directory. */
  public Map<String, FileContent> contents() {
    Map<String, FileContent> contents = new LinkedHashMap<>();
    contents.put(CONFIG, FileContent.of(config));
    contents.put(TOKENIZER, FileContent.of(tokenizer));
    contents.put(WEIGHTS, weights);
    contents.put(SETTINGS, FileContent.of(settings));
    full.ifPresent(
        model ->
            model.contents().forEach((name, content) -> contents.put(ofFullModel(name), content)));
    return contents;
  }

  /** The name of a file of the full model. */
  public static String ofFullModel(String name) {
    return FULL + "/" + name;
  }

  /**
   * Says whether {@link #write} would refuse a directory, for use before long work.
   *
   * @throws BundleException if it exists and is not an empty directory, or nothing can be made
   *     there
   */
  public static void checkWritable(Path directory) {
    AtomicDirectory.checkWritable(directory);
  }

  /** Reads one file whole, with a clear message where that cannot be done. */
  public static byte[] readFile(Path file) {
    checkFile(file);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BundleException("Cannot read %s: %s".formatted(file, FailureReason.of(e)), e);
    }
  }

  private static FileContent openFile(Path file) {
    checkFile(file);
    try {
      return FileOnDisk.open(file);
    } catch (IOException e) {
      throw new BundleException("Cannot read %s: %s".formatted(file, FailureReason.of(e)), e);
    }
  }

  private static void checkFile(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new BundleException("Cannot read %s: it is not a file".formatted(file));
    }
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new BundleException(
            "Cannot read %s: it has %s bytes, more than the %s that are supported"
                .formatted(file, size, MAX_FILE_BYTES));
      }
    } catch (IOException e) {
      throw new BundleException("Cannot read %s: %s".formatted(file, FailureReason.of(e)), e);
    }
  }

  private static void requireAll(String source, Predicate<String> exists) {
    for (String name : NAMES) {
      if (!exists.test(name)) {
        throw new BundleException(
            "Cannot read %s: it has no %s (a bundle has %s, %s, %s and %s)"
                .formatted(source, name, CONFIG, TOKENIZER, WEIGHTS, SETTINGS));
      }
    }
  }

  private String file(String name) {
    return source + "/" + name;
  }
}
