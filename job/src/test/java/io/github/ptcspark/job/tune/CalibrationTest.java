package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.tune.CalibrationFigures.Candidate;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyGrid;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CalibrationTest extends SparkTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);
  private static final List<String> LABELS = List.of("a", "b", "c", "d");
  private static final List<PolicyText> POLICIES =
      PolicyGrid.parse("ratio(keep-ratio=0.98|0.9|0.7|0.5|0.3|0.1, fuzzy=off, minimum-tokens=2)");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle bundle =
      RandomBundles.bundle(21, SHAPE, LABELS, Pooling.MEAN, RandomBundles.PLAIN);
  private final BundleFiles files = BundleFiles.of(bundle);
  private String corpus;
  private boolean escalating;

  @Before
  public void writeCorpus() throws IOException {
    corpus = corpus(texts());
  }

  @Test
  public void theFastestPolicyThatTheTestAcceptsIsPromised() {
    AgreementTarget target = new AgreementTarget(0.8, 0.9);
    LocalDate day = LocalDate.now(ZoneOffset.UTC);
    CalibrationFigures calibration = calibrate(files, target, POLICIES);
    List<Row> sample = Sample.draw(spark(), sample(1000)).parts(1000).get(0).rows();
    List<String> texts = sample.stream().map(row -> row.getString(DocumentSchema.TEXT)).toList();
    int ordering = texts.size() / 3;
    int documents = texts.size() - ordering;
    assertThat(calibration.ordering()).isEqualTo(ordering);

    List<Classification> unpruned = classified(bundle, PruningPolicy.NONE, texts);
    String chosen = "none";
    int disagreements = 0;
    boolean open = true;
    boolean refused = false;
    double before = 1;
    for (Candidate candidate : calibration.candidates()) {
      List<Classification> labels =
          classified(bundle, PolicyText.complete(candidate.ordered().policy()), texts);
      double agreement = 1 - (double) others(unpruned, labels, 0, ordering) / ordering;
      assertThat(candidate.ordered().agreement()).isEqualTo(agreement).isLessThanOrEqualTo(before);
      before = agreement;
      int tested = others(unpruned, labels, ordering, texts.size());
      boolean accepted = open && target.accepts(tested, documents);
      assertThat(candidate.tested().map(Target.Tested::disagreements))
          .isEqualTo(open ? Optional.of(tested) : Optional.empty());
      refused |= open && !accepted;
      open = accepted;
      if (accepted) {
        chosen = candidate.ordered().policy();
        disagreements = tested;
      }
    }
    assertThat(chosen).as("something is accepted").isNotEqualTo("none");
    assertThat(refused).as("something is not accepted").isTrue();
    Path written = folder.getRoot().toPath().resolve("fast.bundle");
    calibration.calibrated().write(written);
    BundleFiles read = BundleFiles.read(written);
    ModelSettings settings = read.parse().settings();
    assertThat(settings.policy()).hasToString(chosen);
    assertThat(settings.precision().isExact()).isTrue();
    assertThat(read.parse().provenance().promise()).contains(calibration.promise());
    assertThat(calibration.promise().lack(read, settings)).isEmpty();
    assertThat(calibration.promise())
        .isEqualTo(
            new Promise(
                new Claim.Agreement(0.8),
                0.9,
                documents,
                disagreements,
                Sample.draw(spark(), sample(1000)).slice(ordering, texts.size()).digest(),
                calibration.promise().tested(),
                Version.current(),
                calibration.calibrated().digest(),
                false));
    assertThat(LocalDate.parse(calibration.promise().tested()))
        .isBetween(day, LocalDate.now(ZoneOffset.UTC));
    assertThat(CalibrationText.table(calibration))
        .containsPattern("(?m)^\\* .* +%s  %s$".formatted(disagreements, Pattern.quote(chosen)))
        .contains("promise      at least 80 % of documents like the sample's");
  }

  @Test
  public void aModelThatCombinesIsComparedWithItselfWithoutPruning() {
    Bundle combining = TestModel.bundle(3);
    PruningPolicy trained = combining.settings().policy().trained();
    CalibrationFigures calibration =
        calibrate(
            BundleFiles.of(combining),
            new SpeedTarget(1.000001, 0.6),
            PolicyGrid.parse("ratio(keep-ratio=0.3, fuzzy=off, minimum-tokens=2) + combining"));
    List<Row> sample = Sample.draw(spark(), sample(1000)).parts(1000).get(0).rows();
    List<String> texts = sample.stream().map(row -> row.getString(DocumentSchema.TEXT)).toList();
    PruningPolicy chosen = calibration.calibrated().parse().settings().policy();
    assertThat(chosen.trained()).isEqualTo(trained);
    assertThat(calibration.promise().disagreements())
        .isEqualTo(
            others(
                classified(combining, trained, texts),
                classified(combining, chosen, texts),
                texts.size() / 3,
                texts.size()));
  }

  @Test
  public void theLabelsOfAnotherModelArePromised() {
    Bundle other = RandomBundles.bundle(22, SHAPE, LABELS, Pooling.CLS_POOLER, RandomBundles.PLAIN);
    Bundle both = TestModel.beside(bundle, other);
    for (boolean again : List.of(false, true)) {
      escalating = again;
      CalibrationFigures calibration =
          calibrate(
              files.withFull(BundleFiles.of(other)), new SpeedTarget(1.000001, 0.6), POLICIES);
      List<Row> sample = Sample.draw(spark(), sample(1000)).parts(1000).get(0).rows();
      List<String> texts = sample.stream().map(row -> row.getString(DocumentSchema.TEXT)).toList();
      int ordering = texts.size() / 3;
      List<Classification> expected = classified(other, PruningPolicy.NONE, texts);
      int reading = 0;
      for (Candidate candidate : calibration.candidates()) {
        PruningPolicy policy = PolicyText.complete(candidate.ordered().policy());
        List<Classification> labels = classified(both, policy, texts);
        assertThat(candidate.ordered().agreement())
            .as(policy.toString())
            .isEqualTo(1 - (double) others(expected, labels, 0, ordering) / ordering);
        reading += policy.escalation().isPresent() ? 1 : 0;
      }
      assertThat(reading).isBetween(again ? 1 : 0, again ? 100 : 0);
      ModelSettings chosen = calibration.calibrated().parse().settings();
      assertThat(calibration.promise().disagreements())
          .isEqualTo(
              others(expected, classified(both, chosen.policy(), texts), ordering, texts.size()));
      assertThat(calibration.promise().toString()).contains(" get the full model's label (");
      Path written = folder.getRoot().toPath().resolve("both-" + again);
      calibration.calibrated().write(written);
      BundleFiles read = BundleFiles.read(written);
      assertThat(read.parse().provenance().promise()).contains(calibration.promise());
      assertThat(calibration.promise().lack(read, chosen)).isEmpty();
      assertThat(calibration.promise().lack(BundleFiles.of(bundle), chosen)).isPresent();
    }
  }

  /** So a small model can ask a large one. */
  @Test
  public void besideAnotherModelThereAreCandidatesThatDoNotPrune() {
    Bundle other = RandomBundles.bundle(22, SHAPE, LABELS, Pooling.CLS_POOLER, RandomBundles.PLAIN);
    CalibrationOptions options = options(new SpeedTarget(1.000001, 0.6), POLICIES);
    assertThat(Calibration.policies(bundle, options)).doesNotContain(PruningPolicy.NONE);
    assertThat(Calibration.policies(TestModel.beside(bundle, other), options))
        .contains(PruningPolicy.NONE)
        .hasSize(7);
  }

  @Test
  public void escalationsAreChosenWithThePolicy() {
    escalating = true;
    AgreementTarget target = new AgreementTarget(0.8, 0.9);
    CalibrationFigures calibration = calibrate(files, target, POLICIES);
    List<Row> sample = Sample.draw(spark(), sample(1000)).parts(1000).get(0).rows();
    List<String> texts = sample.stream().map(row -> row.getString(DocumentSchema.TEXT)).toList();
    int ordering = texts.size() / 3;
    List<Classification> unpruned = classified(bundle, PruningPolicy.NONE, texts);
    double before = 1;
    int escalating = 0;
    for (Candidate candidate : calibration.candidates()) {
      PruningPolicy policy = PolicyText.complete(candidate.ordered().policy());
      List<Classification> labels = classified(bundle, policy, texts);
      double agreement = 1 - (double) others(unpruned, labels, 0, ordering) / ordering;
      assertThat(candidate.ordered().agreement()).isEqualTo(agreement).isLessThanOrEqualTo(before);
      before = agreement;
      assertThat(candidate.ordered().cost())
          .isCloseTo(
              labels.subList(0, ordering).stream()
                      .mapToDouble(label -> label.statistics().flops())
                      .sum()
                  / labels.subList(0, ordering).stream()
                      .mapToDouble(label -> label.statistics().flopsDense())
                      .sum(),
              within(1e-9));
      candidate
          .tested()
          .map(Target.Tested::disagreements)
          .ifPresent(
              tested ->
                  assertThat(tested).isEqualTo(others(unpruned, labels, ordering, texts.size())));
      escalating += policy.escalation().isPresent() ? 1 : 0;
    }
    assertThat(escalating).isPositive();
    ModelSettings chosen = calibration.calibrated().parse().settings();
    assertThat(calibration.promise().lack(calibration.calibrated(), chosen)).isEmpty();
  }

  /** Where every third true label is another than the unpruned model's. */
  @Test
  public void accuracyIsComparedInPairs() throws IOException {
    List<String> texts = texts();
    List<Classification> unpruned = classified(bundle, PruningPolicy.NONE, texts);
    List<String> truth = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      truth.add(i % 10 == 9 ? "" : i % 3 == 0 ? "a" : unpruned.get(i).label());
    }
    corpus = corpus(texts, truth);
    AccuracyTarget target = new AccuracyTarget(0.4, 0.6);
    CalibrationFigures calibration = calibrate(files, target, POLICIES);
    List<Row> sample = Sample.draw(spark(), sample(1000, true)).parts(1000).get(0).rows();
    int ordering = sample.size() / 3;
    PruningPolicy chosen = calibration.calibrated().parse().settings().policy();
    List<Classification> labels = classified(bundle, chosen, texts);
    int documents = 0;
    int lost = 0;
    int won = 0;
    for (Row row : sample.subList(ordering, sample.size())) {
      int document = Integer.parseInt(row.getString(DocumentSchema.ID));
      if (!truth.get(document).isEmpty()) {
        boolean right = unpruned.get(document).label().equals(truth.get(document));
        boolean prunedRight = labels.get(document).label().equals(truth.get(document));
        documents++;
        lost += right && !prunedRight ? 1 : 0;
        won += !right && prunedRight ? 1 : 0;
      }
    }
    Promise promise = calibration.promise();
    assertThat(promise.documents()).isEqualTo(documents);
    assertThat(promise.claim()).isEqualTo(new Claim.AccuracyLoss(0.4, lost, won));
    assertThat(promise)
        .asString()
        .startsWith(
            "labels of documents like the sample's are right as often as the unpruned model's, less"
                + " 40 points at most (confidence 60 %; of ");
    assertThat(calibration.calibrated().parse().provenance().promise()).contains(promise);
  }

  @Test
  public void candidatesFitEveryModel() {
    assertThat(Sweep.policies(bundle, Candidates.of(bundle))).hasSize(17);
    Bundle combining = TestModel.bundle(5);
    List<PruningPolicy> policies = Sweep.policies(combining, Candidates.of(combining));
    assertThat(policies).hasSize(18).contains(combining.settings().policy());
  }

  @Test
  public void documentsThatNoPolicyLabelsAreNotCounted() throws IOException {
    List<String> texts = new ArrayList<>(texts());
    for (int i = 0; i < 20; i++) {
      texts.add("the %s in garden %s".formatted(TestModel.POISON, i));
    }
    corpus = corpus(texts);
    CalibrationFigures calibration =
        calibrate(
            BundleFiles.of(TestModel.poisoned(1)),
            new AgreementTarget(0.3, 0.6),
            PolicyGrid.parse("ptc(keep-ratio=0.9|0.5)"));
    int tested = texts.size() - texts.size() / 3;
    assertThat(calibration.promise().documents()).isLessThan(tested).isGreaterThan(tested - 25);
  }

  @Test
  public void ofPoliciesThatAreFastEnoughTheSafestIsChosen() {
    SpeedTarget target = new SpeedTarget(1.5, 0.9);
    CalibrationFigures calibration = calibrate(files, target, POLICIES);
    Candidate chosen =
        calibration.candidates().stream().filter(calibration::isChosen).findFirst().orElseThrow();
    assertThat(chosen.ordered().speedUp()).isGreaterThanOrEqualTo(1.5);
    assertThat(calibration.candidates())
        .filteredOn(candidate -> candidate.ordered().speedUp() >= 1.5)
        .first()
        .isEqualTo(chosen);
    assertThat(calibration.candidates())
        .filteredOn(candidate -> candidate.tested().map(Target.Tested::disagreements).isPresent())
        .containsExactly(chosen);
    Promise promise = calibration.promise();
    assertThat(((Claim.Agreement) promise.claim()).share())
        .isLessThanOrEqualTo(target.lowerBound(promise.disagreements(), promise.documents()))
        .isPositive();
    assertThatThrownBy(() -> calibrate(files, new SpeedTarget(1000, 0.9), POLICIES))
        .isInstanceOf(JobException.class)
        .hasMessageMatching(
            "Cannot promise an agreement at 1000.0 times the speed with confidence 0.9: the fastest"
                + " policy, ratio\\(.*\\), is [0-9.]+ times as fast; lower --min-speedup or name"
                + " stronger policies");
  }

  @Test
  public void whatCannotBePromisedIsRefused() {
    assertThatThrownBy(() -> calibrate(files, new AgreementTarget(0.99, 0.95), POLICIES))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot promise an agreement of 0.99 with confidence 0.95: of 96 documents 64 are for"
                + " the test, and it takes 299 even without any disagreement; give at least 448"
                + " (--documents says how many are drawn)");
    assertThatThrownBy(
            () ->
                calibrate(
                    files,
                    new AgreementTarget(0.95, 0.9),
                    PolicyGrid.parse("ratio(keep-ratio=0.1, fuzzy=off, minimum-tokens=2)")))
        .isInstanceOf(JobException.class)
        .hasMessageMatching(
            "Cannot promise an agreement of 0.95 with confidence 0.9: the safest policy that is"
                + " faster, ratio\\(.*\\), gave another label to [0-9]+ of 64 documents, where 0 may"
                + " be; with a weaker promise, gentler policies or more documents, take"
                + " documents that were not in this test");
    assertThatThrownBy(
            () -> calibrate(files, new AgreementTarget(0.8, 0.9), PolicyGrid.parse("none")))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot calibrate model: none prunes nothing");
    assertThatThrownBy(
            () ->
                calibrate(
                    files,
                    new AgreementTarget(0.8, 0.9),
                    PolicyGrid.parse("ptc(combining-layer=3, combination-tokens=4)")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("needs training");
    assertThatThrownBy(
            () ->
                new Calibration(
                        spark(),
                        files,
                        bundle.settings(),
                        options(new AgreementTarget(0.8, 0.9), POLICIES),
                        new PrintStream(OutputStream.nullOutputStream()),
                        figures -> withSpeed(figures, figures.cost()))
                    .run())
        .hasMessage(
            "Cannot promise an agreement of 0.8 with confidence 0.9: of 6 policies none is faster"
                + " than reading in full on 32 documents");
  }

  private CalibrationFigures calibrate(
      BundleFiles model, Target target, List<PolicyText> policies) {
    return new Calibration(
            spark(),
            model,
            model.parse().settings(),
            options(target, policies),
            new PrintStream(OutputStream.nullOutputStream()),
            figures -> withSpeed(figures, 1 / figures.cost()))
        .run();
  }

  /** Small models on a busy machine are as fast as chance has it. */
  private static PolicyFigures withSpeed(PolicyFigures figures, double speedUp) {
    return new PolicyFigures(
        figures.policy(),
        figures.documents(),
        figures.rejected(),
        figures.agreeing(),
        figures.compared(),
        figures.right(),
        figures.labelled(),
        figures.tokensKept(),
        figures.cost(),
        figures.millis(),
        speedUp);
  }

  private CalibrationOptions options(Target target, List<PolicyText> policies) {
    return new CalibrationOptions(
        "model", policies, sample(1000, target.needsTruth()), target, escalating);
  }

  @Test
  public void smallSamplesAreRefusedOrEnough() {
    List<PolicyText> policy = PolicyGrid.parse("ratio(keep-ratio=0.5, fuzzy=off)");
    for (int documents = 1; documents <= 4; documents++) {
      CalibrationOptions options =
          new CalibrationOptions(
              "model", policy, sample(documents), new SpeedTarget(1.000001, 0.6), false);
      if (documents == 1) {
        assertThatThrownBy(() -> Calibration.policies(bundle, options))
            .hasMessageEndingWith(
                "of 1 document 0 are for the test, and it takes 1 even without any disagreement;"
                    + " give at least 2 (--documents says how many are drawn)");
      } else {
        assertThat(Calibration.policies(bundle, options)).hasSize(1);
      }
    }
    assertThatThrownBy(
            () ->
                Calibration.policies(
                    bundle, options(new AgreementTarget(0.9999999999, 0.95), policy)))
        .hasMessageMatching(".* give at least 44,93[0-9],[0-9]{3},[0-9]{3} \\(--documents says.*");
  }

  @Test
  public void whatIsRepeatedCountsOnce() throws IOException {
    corpus = folder.newFile("repeated.csv").getPath();
    Files.writeString(
        Path.of(corpus), "id,text\n1,the cat\n2,the dog\n1,the cat\n1,the bird\n1,the cat\n");
    assertThat(Sample.draw(spark(), sample(1000)).size()).isEqualTo(3);
  }

  /** Ids make the order of the documents the same wherever the file lies. */
  private SampleOptions sample(int documents) {
    return sample(documents, false);
  }

  private SampleOptions sample(int documents, boolean labelled) {
    CorpusOptions options =
        new CorpusOptions(
            List.of(corpus), Optional.empty(), Optional.of("id"), Optional.empty(), List.of());
    return new SampleOptions(
        options, labelled ? Optional.of("label") : Optional.empty(), documents, 1);
  }

  private static List<String> texts() {
    return SampleTexts.topics().subList(0, 96);
  }

  private String corpus(List<String> texts) throws IOException {
    return corpus(texts, texts.stream().map(text -> "").toList());
  }

  private String corpus(List<String> texts, List<String> truth) throws IOException {
    Path file = folder.newFolder().toPath().resolve("documents.csv");
    StringBuilder csv = new StringBuilder("id,label,text\n");
    for (int i = 0; i < texts.size(); i++) {
      csv.append("%s,%s,\"%s\"\n".formatted(i, truth.get(i), texts.get(i).replace("\"", "\"\"")));
    }
    return Files.writeString(file, csv).toString();
  }

  private static int others(
      List<Classification> unpruned, List<Classification> labels, int from, int to) {
    int others = 0;
    for (int i = from; i < to; i++) {
      others += labels.get(i).labelId() == unpruned.get(i).labelId() ? 0 : 1;
    }
    return others;
  }

  private static List<Classification> classified(
      Bundle bundle, PruningPolicy policy, List<String> texts) {
    try (Classifier classifier =
        new Classifier(
            bundle, bundle.settings(), Placement.CPU, Alternatives.of(List.of(policy)))) {
      return texts.stream()
          .map(text -> classifier.classify(List.of(classifier.prepare(text)), policy).get(0))
          .toList();
    }
  }
}
