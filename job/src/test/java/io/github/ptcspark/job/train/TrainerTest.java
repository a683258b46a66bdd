package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.inference.TrainingProgram;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

public class TrainerTest {

  private static final PruningPolicy COMBINING =
      Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 3, 4, 8);

  private final Bundle base =
      RandomBundles.bundle(
          11, new EncoderShape(4, 32, 4, 64), List.of(), Pooling.MEAN, RandomBundles.PLAIN);

  private final List<EpochReport> heard = new ArrayList<>();
  private final List<Divergence> divergences = new ArrayList<>();
  private final List<TrainingProgress> steps = new ArrayList<>();

  @Test
  public void everyPolicyLearnsATask() {
    for (PruningPolicy policy :
        List.of(
            PruningPolicy.NONE,
            Policies.ptc(0.9, Fuzzy.OFF, Scope.KEYS_VALUES, 2, 1, 0, 0, 8),
            Policies.ptc(0.9, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 2, 1, 0, 0, 8),
            Policies.ptc(0.9, Fuzzy.FUZZY, Scope.KEYS_VALUES, 2, 1, 3, 4, 8),
            COMBINING)) {
      TrainedModel trained = train(policy, options(20, 5e-3, 1, 1), task(96, 24));
      EpochReport last = trained.epochs().get(19);
      assertThat(last.trainingLoss()).as("training loss, %s", policy).isLessThan(0.05);
      assertThat(last.accuracy()).as("accuracy, %s", policy).isGreaterThan(0.9);
    }
  }

  @Test
  public void theBundleIsReadyToWrite() {
    TrainedModel trained = train(COMBINING, options(2, 5e-3, 1, 1), task(12, 6));
    BundleFiles files = BundleFiles.of(trained.bundle());
    Bundle read = files.parse();
    assertThat(read.labels()).containsExactly("animal", "place", "thing");
    assertThat(read.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(read.settings())
        .isEqualTo(new ModelSettings(COMBINING, Precision.INT8, LongDocuments.TRUNCATE));
  }

  @Test
  public void theSameSeedGivesTheSameModel() {
    TrainingData data = task(24, 6);
    Map<String, FloatTensor> first = tensors(train(COMBINING, options(3, 5e-3, 1, 2), data));
    Map<String, FloatTensor> second = tensors(train(COMBINING, options(3, 5e-3, 1, 2), data));
    Map<String, FloatTensor> other = tensors(train(COMBINING, options(3, 5e-3, 2, 2), data));
    first.forEach(
        (name, tensor) -> {
          assertThat(second.get(name).toArray()).as(name).isEqualTo(tensor.toArray());
          assertThat(other.get(name).toArray()).as(name).isNotEqualTo(tensor.toArray());
        });
  }

  /** Wrong labels in validation: the better the model learns, the worse its validation loss. */
  @Test
  public void theEpochOfTheLowestValidationLossIsKept() {
    TrainingData right = task(48, 12);
    List<LabelledDocument> wrong =
        right.validation().stream()
            .map(
                document ->
                    new LabelledDocument(
                        document.text(), document.label().equals("thing") ? "place" : "thing"))
            .toList();
    TrainingData data = new TrainingData(right.labels(), right.training(), wrong);
    TrainedModel trained = train(PruningPolicy.NONE, options(10, 5e-3, 1, 1), data);
    EpochReport last = trained.epochs().get(9);
    assertThat(trained.best().validationLoss()).isLessThan(last.validationLoss());
    assertThat(trained.epochs())
        .allMatch(epoch -> epoch.validationLoss() >= trained.best().validationLoss());
    assertThat(validationLoss(trained.bundle(), data))
        .isCloseTo(trained.best().validationLoss(), within(1e-5));
  }

  @Test
  public void theListenerHearsEveryStepAndEpoch() {
    TrainedModel trained = train(PruningPolicy.NONE, options(3, 1e-3, 1, 1), task(20, 6));
    assertThat(heard).isEqualTo(trained.epochs());
    assertThat(heard).extracting(EpochReport::epoch).containsExactly(1, 2, 3);
    assertThat(steps).hasSize(9);
    TrainingProgress last = steps.get(8);
    assertThat(last.epoch()).isEqualTo(3);
    assertThat(last.documents()).isEqualTo(60);
    assertThat(last.allDocuments()).isEqualTo(60);
  }

  @Test
  public void aLossThatDivergesIsReported() {
    assertThatThrownBy(() -> train(PruningPolicy.NONE, options(3, 1e30, 1, 1), task(20, 6)))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot train: the loss is no number after step ")
        .hasMessageEndingWith(" of 9, try a smaller learning rate than 1.0E30");
    assertThat(divergences).isEmpty();
  }

  /** Decay by -1e4 times the rate of 1e-3 makes matrices nine times as large in every step. */
  @Test
  public void theBestEpochOutlivesALossThatDivergesLater() {
    TrainingData data = task(20, 6);
    TrainingOptions options =
        new TrainingOptions(30, 1e-3, 0, 1e4, 1, 0.1, 4096, 8, 512, 1, 1, TrainingPrecision.FP32);

    TrainedModel trained = train(PruningPolicy.NONE, options, data);

    Divergence divergence = trained.divergence().orElseThrow();
    assertThat(divergences).containsExactly(divergence);
    assertThat(divergence.steps()).isEqualTo(90);
    assertThat(divergence.step()).isBetween(4, 90);
    assertThat(divergence.learningRate()).isEqualTo(1e-3);
    assertThat(trained.epochs()).isEqualTo(heard).hasSizeBetween(1, 29);
    assertThat(trained.epochs())
        .allMatch(epoch -> epoch.validationLoss() >= trained.best().validationLoss());
    assertThat(validationLoss(trained.bundle(), data))
        .isCloseTo(trained.best().validationLoss(), within(1e-5));
    assertThat(BundleFiles.of(trained.bundle()).parseClassifier().labels()).hasSize(3);
  }

  private TrainedModel train(PruningPolicy policy, TrainingOptions options, TrainingData data) {
    heard.clear();
    divergences.clear();
    steps.clear();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(TrainingProgress progress) {
            steps.add(progress);
          }

          @Override
          public void epoch(EpochReport report) {
            heard.add(report);
          }

          @Override
          public void diverged(Divergence divergence) {
            divergences.add(divergence);
          }
        };
    ModelSettings settings = new ModelSettings(policy, Precision.INT8, LongDocuments.TRUNCATE);
    return new Trainer(options, listener).train(base, data, settings);
  }

  private static TrainingOptions options(int epochs, double rate, long seed, int threads) {
    return new TrainingOptions(
        epochs, rate, 0.1, 0.01, 1, 0.1, 4096, 8, 512, seed, threads, TrainingPrecision.FP32);
  }

  private static Map<String, FloatTensor> tensors(TrainedModel trained) {
    return trained.bundle().weights().tensors();
  }

  private static double validationLoss(Bundle bundle, TrainingData data) {
    List<Example> examples = Example.of(data.validation(), bundle, LongDocuments.TRUNCATE, 512);
    try (TrainingProgram program = TrainingProgram.load(bundle, TrainingPrecision.FP32, 1)) {
      return Validation.of(program, Batch.inOrder(examples, 4096, 8), bundle.labels()).loss();
    }
  }

  /** A class is told by the one telling word in a document of others. */
  private static TrainingData task(int training, int validation) {
    Random random = new Random(5);
    List<LabelledDocument> documents = new ArrayList<>();
    for (int n = 0; n < training + validation; n++) {
      documents.add(document(n % 3, random));
    }
    return new TrainingData(
        List.of("animal", "place", "thing"),
        documents.subList(0, training),
        documents.subList(training, training + validation));
  }

  private static LabelledDocument document(int label, Random random) {
    List<String> fillers = List.of("the", "a", "of", "and", "in", "is", "it", "to", "was", "on");
    List<List<String>> telling =
        List.of(List.of("cat", "dog"), List.of("house", "garden"), List.of("film", "engine"));
    List<String> words = new ArrayList<>();
    int length = 5 + random.nextInt(25);
    for (int i = 0; i < length; i++) {
      words.add(fillers.get(random.nextInt(fillers.size())));
    }
    words.add(random.nextInt(length), telling.get(label).get(random.nextInt(2)));
    return new LabelledDocument(
        String.join(" ", words), List.of("animal", "place", "thing").get(label));
  }
}
