package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.Serialized;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

public class RowClassifierTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  private final Bundle bundle = TestModel.bundle(seed.value());
  private final SharedModel model =
      SharedModel.broadcast(spark().sparkContext(), BundleFiles.of(bundle), bundle.settings());
  private final RowClassifier classifier = new RowClassifier(model);

  @After
  public void close() {
    model.close();
  }

  @Test
  public void textsThatARunRejectsHaveNoAnswer() {
    assertThat(classifier.classify(null)).isEmpty();
    assertThat(classifier.classify("")).isEmpty();
    assertThat(classifier.classify(" \t\n")).isEmpty();
    assertThat(classifier.classify("the cat")).isPresent();
  }

  @Test
  public void theSameTextAgainIsNotClassifiedAgain() {
    Classification first = classifier.classify("the cat").orElseThrow();

    assertThat(classifier.classify(new String("the cat")).orElseThrow()).isSameAs(first);
    assertThat(classifier.classify("the dog")).isPresent();
    assertThat(classifier.classify("the cat").orElseThrow()).isNotSameAs(first).isEqualTo(first);
  }

  @Test
  public void theModelTravelsWithItsFiles() {
    SharedModel arrived = Serialized.copy(model);

    assertThat(arrived.files().digest()).isEqualTo(model.digest());
    assertThat(arrived.files().source()).isEqualTo(model.files().source());
    assertThat(arrived.labels()).isEqualTo(bundle.labels());
    assertThat(Serialized.bytes(model)).isLessThan(10_000);
  }

  @Test
  public void threadsMayShareIt() throws Exception {
    List<String> texts = SampleTexts.topics().subList(0, 20);
    List<Optional<Classification>> expected = new ArrayList<>();
    try (Classifier alone = new Classifier(bundle, bundle.settings())) {
      texts.forEach(text -> expected.add(Optional.of(alone.classify(text))));
    }
    RowClassifier shared = Serialized.copy(classifier);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<List<Optional<Classification>>>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(threads.submit(() -> texts.stream().map(shared::classify).toList()));
    }
    for (Future<List<Optional<Classification>>> answer : answers) {
      assertThat(answer.get()).isEqualTo(expected);
    }
    threads.shutdown();
  }

  @Test
  public void aTaskLeasesTheModelOnceAndGivesItBackAtItsEnd() {
    String digest = model.digest();
    RowClassifier travelling = classifier;

    List<Boolean> inUse =
        spark()
            .range(0, 40, 1, 2)
            .mapPartitions(
                (MapPartitionsFunction<Long, Boolean>)
                    numbers -> {
                      numbers.forEachRemaining(number -> travelling.classify("cat " + number));
                      return List.of(LoadedModels.inUse(digest)).iterator();
                    },
                Encoders.BOOLEAN())
            .collectAsList();

    assertThat(inUse).containsExactly(true, true);
    assertThat(LoadedModels.inUse(digest)).isFalse();
  }
}
