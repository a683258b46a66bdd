package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Embedder;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.job.train.Divergence;
import io.github.ptcspark.job.train.EpochReport;
import io.github.ptcspark.job.train.FewShotExamples;
import io.github.ptcspark.job.train.FewShotOptions;
import io.github.ptcspark.job.train.HeldOut;
import io.github.ptcspark.job.train.LabelledCorpus;
import io.github.ptcspark.job.train.LabelledDocument;
import io.github.ptcspark.job.train.LogisticHead;
import io.github.ptcspark.job.train.ScopeThreshold;
import io.github.ptcspark.job.train.Trainer;
import io.github.ptcspark.job.train.TrainingData;
import io.github.ptcspark.job.train.TrainingListener;
import io.github.ptcspark.job.train.TrainingOptions;
import io.github.ptcspark.job.train.TrainingProgress;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Few-shot heads on BANKING77 and CLINC150 with 5 and 10 examples of a class: accuracy with and
 * without a policy, beside fine-tuning of all weights on the same examples; seconds to fit; time to
 * embed the test documents; and on CLINC150 how well documents out of scope are told apart.
 */
public final class FewShot {

  private static final String OUT_OF_SCOPE = "oos";
  private static final int[] EXAMPLES = {5, 10};
  private static final int TEXTS_AT_ONCE = 128;
  private static final int EPOCHS = 20;

  private final SparkSession session;
  private final Path corpora;
  private final String policy;
  private final int draws;
  private final int fineTuned;

  private FewShot(SparkSession session, Path corpora, String policy, int draws, int fineTuned) {
    this.session = session;
    this.corpora = corpora;
    this.policy = policy;
    this.draws = draws;
    this.fineTuned = fineTuned;
  }

  /**
   * Measures and prints.
   *
   * @param arguments the directory of models, that of the corpora, the encoder, a policy, how many
   *     draws, and how many of them to fine-tune on too
   */
  public static void main(String[] arguments) {
    SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    Lines title = new Lines();
    title.add(
        "%s on one thread of %s, policy %s",
        arguments[2], Machine.current().processor(), arguments[3]);
    System.out.print(title);
    FewShot bench =
        new FewShot(
            session,
            Path.of(arguments[1]),
            arguments[3],
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]));
    Bundle encoder = ModelImporter.importFrom(arguments[2], Path.of(arguments[0]));
    bench.measure(encoder, "banking77");
    bench.measure(encoder, "clinc150");
    session.stop();
  }

  private void measure(Bundle encoder, String name) {
    ModelSettings settings =
        new ModelSettings(
            PruningPolicy.NONE, Precisions.fastestHere(Precision.AUTO), LongDocuments.TRUNCATE);
    PruningPolicy pruning =
        PolicyText.parse(policy).toRun(PruningPolicy.NONE, encoder.config().shape());
    List<PruningPolicy> policies = List.of(PruningPolicy.NONE, pruning);
    LabelledCorpus training = read(name + "/train.jsonl", name + "/train_oos.jsonl");
    List<LabelledDocument> test = read(name + "/test.jsonl", name + "/test_oos.jsonl").documents();
    try (Embedder embedder = new Embedder(encoder, settings, List.of(pruning))) {
      Map<PruningPolicy, Double> millis = new HashMap<>();
      Map<PruningPolicy, List<double[]>> embedded = embed(embedder, policies, test, millis);
      Lines text = new Lines();
      text.add(
          "%s: %s test documents in %s: %.2f ms a document without pruning, %.2f with: %.1f %% less",
          name,
          test.size(),
          settings.precision(),
          millis.get(PruningPolicy.NONE),
          millis.get(pruning),
          100 * (1 - millis.get(pruning) / millis.get(PruningPolicy.NONE)));
      System.out.print(text);
      for (int examples : EXAMPLES) {
        Means means = new Means();
        for (int seed = 1; seed <= draws; seed++) {
          FewShotExamples drawn =
              FewShotExamples.draw(
                  training,
                  new FewShotOptions(Optional.of(examples), Optional.of(OUT_OF_SCOPE), seed));
          List<LabelledDocument> all = new ArrayList<>(drawn.examples());
          all.addAll(drawn.outOfScope());
          Map<PruningPolicy, List<double[]>> shots =
              embed(embedder, policies, all, new HashMap<>());
          for (PruningPolicy one : policies) {
            String column = one.equals(pruning) ? "pruned" : "unpruned";
            measureHead(drawn, shots.get(one), test, embedded.get(one), column, means);
          }
          if (seed <= fineTuned) {
            means.add("fine-tuned accuracy", fineTune(encoder, settings, drawn, test));
          }
        }
        System.out.print(means.text("%s, %s examples a class".formatted(name, examples)));
      }
    }
  }

  private void measureHead(
      FewShotExamples drawn,
      List<double[]> shots,
      List<LabelledDocument> test,
      List<double[]> embedded,
      String column,
      Means means) {
    int size = drawn.examples().size();
    long start = System.nanoTime();
    LogisticHead head = LogisticHead.fit(session, shots.subList(0, size), drawn.labelIds());
    means.add(column + " seconds to fit", (System.nanoTime() - start) / 1e9);
    List<double[]> logits = embedded.stream().map(head::logits).toList();
    int right = 0;
    int inside = 0;
    for (int i = 0; i < test.size(); i++) {
      if (!test.get(i).label().equals(OUT_OF_SCOPE)) {
        inside++;
        String label = drawn.labels().get(LogisticHead.best(logits.get(i)));
        right += label.equals(test.get(i).label()) ? 1 : 0;
      }
    }
    means.add(column + " accuracy", 100.0 * right / inside);
    if (inside == test.size()) {
      return;
    }
    start = System.nanoTime();
    HeldOut heldOut =
        HeldOut.of(
            session, shots.subList(0, size), drawn.labelIds(), shots.subList(size, shots.size()));
    means.add(column + " seconds to learn the threshold", (System.nanoTime() - start) / 1e9);
    measureScope(heldOut, test, logits, column + " oos", means);
    HeldOut without = new HeldOut(heldOut.inside(), List.of(), heldOut.accuracy());
    measureScope(without, test, logits, column + " oos without examples", means);
  }

  private static void measureScope(
      HeldOut heldOut,
      List<LabelledDocument> test,
      List<double[]> logits,
      String column,
      Means means) {
    double threshold = ScopeThreshold.of(heldOut).logit();
    int found = 0;
    int said = 0;
    int outside = 0;
    int kept = 0;
    for (int i = 0; i < test.size(); i++) {
      boolean out = logits.get(i)[LogisticHead.best(logits.get(i))] < threshold;
      boolean truth = test.get(i).label().equals(OUT_OF_SCOPE);
      outside += truth ? 1 : 0;
      said += out ? 1 : 0;
      found += out && truth ? 1 : 0;
      kept += out || truth ? 0 : 1;
    }
    means.add(column + " precision", 100.0 * found / said);
    means.add(column + " recall", 100.0 * found / outside);
    means.add(column + " in-scope kept", 100.0 * kept / (test.size() - outside));
  }

  /**
   * Of all weights, without pruning; what it learns also chooses the epoch, as there is no more.
   */
  private static double fineTune(
      Bundle encoder, ModelSettings settings, FewShotExamples drawn, List<LabelledDocument> test) {
    TrainingOptions options =
        new TrainingOptions(
            EPOCHS, 3e-4, 0.1, 0.01, 1, 0.1, 2048, 16, 512, 1, 1, TrainingPrecision.FP32);
    Bundle tuned =
        new Trainer(options, new Silent())
            .train(
                encoder,
                new TrainingData(drawn.labels(), drawn.examples(), drawn.examples()),
                settings)
            .bundle();
    int right = 0;
    int inside = 0;
    try (Classifier classifier = new Classifier(tuned, settings)) {
      for (LabelledDocument document : test) {
        if (!document.label().equals(OUT_OF_SCOPE)) {
          inside++;
          right += classifier.classify(document.text()).label().equals(document.label()) ? 1 : 0;
        }
      }
    }
    return 100.0 * right / inside;
  }

  /** Under all policies in turn, some texts at a time; the first ones twice, and once counted. */
  private static Map<PruningPolicy, List<double[]>> embed(
      Embedder embedder,
      List<PruningPolicy> policies,
      List<LabelledDocument> documents,
      Map<PruningPolicy, Double> millis) {
    Map<PruningPolicy, List<double[]>> embedded = new HashMap<>();
    policies.forEach(one -> embedded.put(one, new ArrayList<>()));
    for (int from = 0; from < documents.size(); from += TEXTS_AT_ONCE) {
      List<String> texts =
          documents.subList(from, Math.min(from + TEXTS_AT_ONCE, documents.size())).stream()
              .map(LabelledDocument::text)
              .toList();
      for (PruningPolicy one : policies) {
        if (from == 0) {
          embedder.embed(texts, one);
        }
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        embedded.get(one).addAll(embedder.embed(texts, one));
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        millis.merge(one, spent / 1e6 / documents.size(), Double::sum);
      }
    }
    return embedded;
  }

  private LabelledCorpus read(String file, String fileOutOfScope) {
    List<String> files = new ArrayList<>(List.of(corpora.resolve(file).toString()));
    if (Files.exists(corpora.resolve(fileOutOfScope))) {
      files.add(corpora.resolve(fileOutOfScope).toString());
    }
    return LabelledCorpus.read(
        session,
        new CorpusOptions(
            files, Optional.empty(), Optional.of("id"), Optional.of("text"), List.of("label")));
  }

  /** Means of what was measured in several draws, by name, with the least and the most. */
  private static final class Means {

    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    void add(String name, double value) {
      values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    Lines text(String title) {
      Lines text = new Lines();
      text.add("%s", title);
      values.forEach(
          (name, all) ->
              text.add(
                  "  %-44s %6.1f (%.1f to %.1f)",
                  name,
                  all.stream().mapToDouble(value -> value).average().orElseThrow(),
                  all.stream().mapToDouble(value -> value).min().orElseThrow(),
                  all.stream().mapToDouble(value -> value).max().orElseThrow()));
      return text;
    }
  }

  /** Training that nobody looks at. */
  private static final class Silent implements TrainingListener {
    @Override
    public void step(TrainingProgress progress) {}

    @Override
    public void epoch(EpochReport report) {}

    @Override
    public void diverged(Divergence divergence) {}
  }
}
