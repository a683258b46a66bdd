package io.github.ptcspark.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The files of a bundle as bytes, as they stand on disk and as they travel to executors. They never
 * change.
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

  /** The names of all files. */
  public static final List<String> NAMES = List.of(CONFIG, TOKENIZER, WEIGHTS, SETTINGS);

  /** The longest file that fits in a byte array. */
  public static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

  private final String source;
  private final byte[] config;
  private final byte[] tokenizer;
  private final byte[] weights;
  private final byte[] settings;

  /** Computed once, when it is first asked for. */
  private String digest;

  private BundleFiles(
      String source, byte[] config, byte[] tokenizer, byte[] weights, byte[] settings) {
    this.source = source;
    this.config = config;
    this.tokenizer = tokenizer;
    this.weights = weights;
    this.settings = settings;
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
    return new BundleFiles(
        directory.toString(),
        readFile(directory.resolve(CONFIG)),
        readFile(directory.resolve(TOKENIZER)),
        readFile(directory.resolve(WEIGHTS)),
        readFile(directory.resolve(SETTINGS)));
  }

  /**
   * Files that were read from elsewhere.
   *
   * @param source where they are from, for messages
   * @param contents contents by file name
   * @throws BundleException if a file is missing
   */
  public static BundleFiles of(String source, Map<String, byte[]> contents) {
    requireAll(source, contents::containsKey);
    return new BundleFiles(
        source,
        contents.get(CONFIG),
        contents.get(TOKENIZER),
        contents.get(WEIGHTS),
        contents.get(SETTINGS));
  }

  /**
   * The files of a model in memory.
   *
   * @throws BundleException if the model is not complete, as {@link #parse} would find
   */
  public static BundleFiles of(Bundle bundle) {
    Weights used = BundleCheck.check(bundle, "Invalid model");
    PtcJson settings = new PtcJson(bundle.settings(), bundle.pooling(), bundle.provenance());
    return new BundleFiles(
        "the model",
        JsonDocument.pretty(new ConfigJson(bundle.config(), bundle.labels()).json()),
        bundle.tokenizer().getBytes(StandardCharsets.UTF_8),
        SafeTensors.write(used),
        JsonDocument.pretty(settings.json()));
  }

  /**
   * The model in these files. Its weights refer to the bytes here.
   *
   * @throws BundleException if anything is missing, damaged or unsupported
   */
  public Bundle parse() {
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
    Weights tensors = SafeTensors.read(file(WEIGHTS), ByteBuffer.wrap(weights));
    Bundle bundle =
        new Bundle(
            encoder.config(),
            encoder.labels(),
            ptc.pooling(),
            tokenizerJson,
            tensors,
            ptc.settings(),
            ptc.provenance());
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
    return (long) config.length + tokenizer.length + weights.length + settings.length;
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
  public Map<String, byte[]> saved() {
    Map<String, byte[]> saved = contents();
    saved.put(
        TokenizerConfigJson.NAME,
        JsonDocument.pretty(
            TokenizerConfigJson.json(
                JsonDocument.parse(tokenizer, "Cannot read " + file(TOKENIZER)),
                JsonDocument.parse(config, "Cannot read " + file(CONFIG)))));
    return saved;
  }

  /** Contents by file name, as they travel; not to be changed. */
  public Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(CONFIG, config);
    contents.put(TOKENIZER, tokenizer);
    contents.put(WEIGHTS, weights);
    contents.put(SETTINGS, settings);
    return contents;
  }

  /**
   * Says whether {@link #write} would refuse a directory, for use before long work.
   *
   * @throws BundleException if it exists and is not an empty directory
   */
  public static void checkWritable(Path directory) {
    AtomicDirectory.refuseExisting(directory);
  }

  /** Reads one file whole, with a clear message where that cannot be done. */
  public static byte[] readFile(Path file) {
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
      return Files.readAllBytes(file);
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
