package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All ways to run ptc and its peers. */
final class PeerCatalog {

  private static final String HEAP = "2g";
  private static final List<Integer> BATCHES = List.of(1, 8, 32);
  private static final String SINGLE = "single documents";
  private static final String EXACT = "ptc without pruning, fp32, " + SINGLE;
  private static final String NO_BF16 = "the processor has no bf16";

  /** The forms of the model that peers read, as peer_models.py names them. */
  static final List<String> FORMS =
      List.of(
          "fp32.onnx",
          "int8.onnx",
          "fp32-fused.onnx",
          "int8-fused.onnx",
          "spark-nlp-fp32",
          "spark-nlp-int8",
          "djl-fp32",
          "djl-bf16");

  private final Path home;
  private final Path directory;
  private final boolean bf16;
  private final List<PeerVariant> variants = new ArrayList<>();

  /**
   * The ways on this machine.
   *
   * @param home of the project
   * @param directory where bench/bin/peers has installed the peers
   */
  PeerCatalog(Path home, Path directory) {
    this.home = home;
    this.directory = directory;
    this.bf16 = computesBf16(processorFlags());
    ptc();
    onnxRuntime();
    sparkNlp();
    djl();
    pyspark();
  }

  List<PeerVariant> variants() {
    return List.copyOf(variants);
  }

  /** Ours as bundles: the settings decide the name of the directory. */
  static void writeBundles(Models models, Path directory) {
    Map<String, BundleFiles> bundles = new LinkedHashMap<>();
    bundles.put("plain", BundleFiles.of(models.pooling(PruningPolicy.NONE, Precision.FP32)));
    bundles.put(
        "pruning", BundleFiles.of(models.pooling(models.pruning(Scope.TOKENS), Precision.FP32)));
    bundles.put(
        "combining",
        BundleFiles.of(
            models.pooling(models.combining(Fuzzy.FUZZY, Scope.TOKENS), Precision.FP32)));
    bundles.forEach(
        (name, files) -> {
          if (!Files.exists(directory.resolve(name))) {
            files.write(directory.resolve(name));
          }
        });
  }

  /** Whether a processor with these flags computes in bf16 by instructions of its own. */
  static boolean computesBf16(List<String> flags) {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
  }

  private static List<String> processorFlags() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Arrays.asList(line.split("\\s+")))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of();
    }
  }

  private void ptc() {
    Map<String, String> policies = new LinkedHashMap<>();
    policies.put("ptc without pruning", "plain");
    policies.put("ptc with PTC", "pruning");
    policies.put("ptc with PTC combining", "combining");
    policies.forEach(
        (peer, bundle) -> {
          for (Precision precision : List.of(Precision.FP32, Precision.INT8, Precision.BF16)) {
            add(
                peer,
                precision.toString(),
                // In fp32 neighbours in a call would change bits.
                precision == Precision.FP32 ? SINGLE : "calls of 512 tok.",
                peer + ", fp32, " + SINGLE,
                "scores",
                List.of(),
                ptc(bundle, precision));
          }
        });
  }

  private List<String> ptc(String bundle, Precision precision) {
    List<String> command = new ArrayList<>(List.of("env", "PTC_MEMORY=" + HEAP));
    command.add(home.resolve("job/bin/ptc").toString());
    command.add("classify");
    command.addAll(List.of("--model", directory.resolve("bundles").resolve(bundle).toString()));
    command.addAll(List.of("--precision", precision.toString(), "--id-column", "id"));
    command.addAll(List.of("--input", PeerVariant.INPUT, "--output", PeerVariant.OUTPUT));
    return command;
  }

  private void onnxRuntime() {
    for (String model : List.of("fp32", "fp32-fused", "int8", "int8-fused")) {
      for (int batch : BATCHES) {
        add(
            "ONNX Runtime",
            model,
            batch(batch),
            EXACT,
            "vector",
            model.endsWith("fused")
                ? List.of("onnx-tools", form(model + ".onnx"))
                : List.of(form(model + ".onnx")),
            encode("onnxruntime", directory.resolve("models/" + model + ".onnx"), batch));
      }
    }
    addAbsent("ONNX Runtime", "bf16", "it has no kernels for bf16 on x86-64");
  }

  private void djl() {
    for (String precision : List.of("fp32", "bf16")) {
      for (int batch : BATCHES) {
        add(
            "DJL",
            precision,
            batch(batch),
            EXACT,
            "vector",
            List.of("pyspark", form("djl-" + precision)),
            encode("djl", directory.resolve("models/djl-" + precision), batch));
      }
    }
  }

  private List<String> encode(String engine, Path model, int batch) {
    List<String> command = new ArrayList<>(List.of("env", "OMP_NUM_THREADS=1", "java"));
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-Xmx"))
            .toList());
    command.add("-Xmx" + HEAP);
    // DJL's advice for inputs of many lengths.
    command.add("-Dai.djl.pytorch.graph_optimizer=false");
    command.addAll(List.of("-Dai.djl.pytorch.num_threads=1", EncodeJob.class.getName()));
    command.addAll(
        List.of(
            engine,
            model.toString(),
            directory.resolve("bundles/plain/tokenizer.json").toString(),
            Integer.toString(batch),
            PeerVariant.INPUT,
            PeerVariant.OUTPUT));
    return command;
  }

  private void sparkNlp() {
    for (String precision : List.of("fp32", "int8")) {
      for (int batch : BATCHES) {
        add(
            "Spark NLP",
            precision,
            batch(batch),
            EXACT,
            "vector",
            List.of("pyspark", "spark-nlp-python", "spark-nlp", form("spark-nlp-" + precision)),
            submit(
                List.of(
                    "--conf",
                    "spark.jsl.settings.onnx.intraOpNumThreads=1",
                    "--jars",
                    jars(directory.resolve("spark-nlp"))),
                "spark_nlp_peer.py",
                directory.resolve("models/spark-nlp-" + precision).toString(),
                Integer.toString(batch)));
      }
    }
    addAbsent("Spark NLP", "bf16", "it runs ONNX files, by ONNX Runtime");
  }

  private void pyspark() {
    for (String precision : List.of("fp32", "bf16", "int8")) {
      for (int batch : BATCHES) {
        add(
            "PySpark",
            precision,
            batch(batch),
            EXACT,
            "vector",
            List.of("pyspark"),
            submit(
                List.of(),
                "pyspark_peer.py",
                directory.resolve("bundles/plain").toString(),
                precision,
                Integer.toString(batch)));
      }
    }
  }

  private List<String> submit(List<String> options, String script, String... arguments) {
    Path python = directory.resolve("venv/bin/python");
    List<String> command =
        new ArrayList<>(List.of("env", "-u", "SPARK_HOME", "-u", "CLASSPATH", "OMP_NUM_THREADS=1"));
    command.addAll(List.of("PYSPARK_PYTHON=" + python, "PYSPARK_DRIVER_PYTHON=" + python));
    command.add(directory.resolve("venv/bin/spark-submit").toString());
    command.addAll(List.of("--master", "local[1]", "--driver-memory", HEAP));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    // Nobody waits for the workers of the daemon, so their processor time would be lost.
    command.addAll(List.of("--conf", "spark.python.use.daemon=false"));
    command.addAll(options);
    command.add(home.resolve("bench/src/main/python").resolve(script).toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of(PeerVariant.INPUT, PeerVariant.OUTPUT));
    return command;
  }

  /** All jars of a directory, as options of Spark name them. */
  private static String jars(Path directory) {
    String[] names = directory.toFile().list((parent, name) -> name.endsWith(".jar"));
    return names == null
        ? ""
        : String.join(
            ",",
            Arrays.stream(names).sorted().map(name -> directory.resolve(name).toString()).toList());
  }

  private static String batch(int documents) {
    return documents == 1 ? SINGLE : "batches of " + documents;
  }

  private static String form(String name) {
    return "models/" + name;
  }

  /** Why the first of what a way needs is missing, as its installation has noted. */
  private Optional<String> missing(List<String> needs) {
    for (String need : needs) {
      Path reason = directory.resolve(need + ".missing");
      if (Files.exists(reason)) {
        return Optional.of(PeerMeasure.lastLine(reason));
      }
      if (need.startsWith("models/") && !Files.exists(directory.resolve(need))) {
        return Optional.of(PeerMeasure.lastLine(directory.resolve("models.log")));
      }
    }
    return Optional.empty();
  }

  private void add(
      String peer,
      String precision,
      String batch,
      String reference,
      String vectors,
      List<String> needs,
      List<String> command) {
    Optional<String> obstacle =
        precision.equals("bf16") && !bf16 ? Optional.of(NO_BF16) : missing(needs);
    variants.add(new PeerVariant(peer, precision, batch, reference, vectors, command, obstacle));
  }

  private void addAbsent(String peer, String precision, String obstacle) {
    variants.add(
        new PeerVariant(
            peer, precision, "any batch", EXACT, "vector", List.of(), Optional.of(obstacle)));
  }
}
