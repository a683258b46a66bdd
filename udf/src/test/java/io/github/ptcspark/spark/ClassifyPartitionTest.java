package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.junit.Rule;
import org.junit.Test;

/** Rows of a partition, one by one as on the processor, or packed as on a GPU. */
public class ClassifyPartitionTest {

  private static final int ERROR = field("error");
  private static final int LABEL = field("label");
  private static final int MILLIS = field("millis");
  private static final int SCORE = field("score");
  private static final int STATISTICS = field("stats");
  private static final int STATUS = field("status");

  @Rule public final Seed seed = new Seed();

  @Test
  public void packedDocumentsGetWhatEachGetsAlone() {
    List<Row> documents = documents();
    List<Row> alone = classify(documents, Placement.CPU);
    assertThat(alone).hasSize(documents.size());
    for (int tokens : new int[] {2, 300, 2000, 1_000_000}) {
      List<Row> packed = classify(documents, new Placement(OptionalInt.empty(), tokens));
      assertThat(packed).hasSameSizeAs(alone);
      for (int i = 0; i < alone.size(); i++) {
        Row expected = alone.get(i);
        Row actual = packed.get(i);
        String name = "%s tokens, document %s".formatted(tokens, i);
        for (int field : new int[] {0, STATUS, LABEL, ERROR, STATISTICS}) {
          assertThat(actual.get(field))
              .as(name)
              .usingRecursiveComparison()
              .isEqualTo(expected.get(field));
        }
        if (!expected.isNullAt(SCORE)) {
          assertThat(actual.getFloat(SCORE))
              .as(name)
              .isCloseTo(expected.getFloat(SCORE), within(1e-4f));
          assertThat(actual.getDouble(MILLIS)).as(name).isPositive();
        }
      }
    }
  }

  @Test
  public void aPoisonedDocumentIsRejectedAloneInAPackToo() {
    List<Row> rows =
        classify(
            TestModel.poisoned(seed.value()),
            List.of(
                document("a", "the cat in the garden"),
                document("b", "the " + TestModel.POISON + " in the garden"),
                document("c", "the house")),
            new Placement(OptionalInt.empty(), 1000));

    assertThat(rows.stream().map(row -> row.getString(STATUS)))
        .containsExactly("ok", "rejected", "ok");
    assertThat(rows.get(1).getStruct(ERROR).getString(0)).isEqualTo("inference-failed");
  }

  @Test
  public void aModelThatIsClosedEndsTheTaskAndRejectsNothing() {
    Bundle bundle = TestModel.bundle(seed.value());
    for (int tokens : new int[] {1, 1000}) {
      Placement placement = new Placement(OptionalInt.empty(), tokens);
      Classifier classifier = new Classifier(bundle, bundle.settings(), placement);
      List<Row> documents = List.of(document("a", "the cat"), document("b", "the dog"));
      Iterator<Row> rows =
          new ClassifyPartition.Rows(documents.iterator(), classifier, new LongAccumulator());
      Pack pack = new Pack(classifier);
      pack.add("the cat");
      pack.add("the dog");
      classifier.close();

      assertThatThrownBy(rows::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot classify: the model is closed");
      assertThatThrownBy(pack::classify).hasMessage("Cannot classify: the model is closed");
      assertThatThrownBy(() -> Outcome.of(classifier, "the cat"))
          .hasMessage("Cannot classify: the model is closed");
    }
  }

  @Test
  public void nothingIsReadAheadOnTheProcessor() {
    int[] read = {0};
    Iterator<Row> all = documents().iterator();
    Iterator<Row> counted =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Row next() {
            read[0]++;
            return all.next();
          }
        };
    Bundle bundle = TestModel.bundle(seed.value());
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      Iterator<Row> rows = new ClassifyPartition.Rows(counted, classifier, new LongAccumulator());
      for (int i = 1; i <= 20; i++) {
        rows.next();
        assertThat(read[0]).isEqualTo(i);
      }
    }
  }

  @Test
  public void rejectedDocumentsFillAPackToo() {
    Bundle bundle = TestModel.bundle(seed.value());
    try (Classifier classifier =
        new Classifier(bundle, bundle.settings(), new Placement(OptionalInt.empty(), 50))) {
      Pack pack = new Pack(classifier);
      for (int i = 0; i < 50; i++) {
        assertThat(pack.isFull()).isFalse();
        pack.add(" ");
      }
      assertThat(pack.isFull()).isTrue();
    }
  }

  private List<Row> classify(List<Row> documents, Placement placement) {
    return classify(TestModel.bundle(seed.value()), documents, placement);
  }

  private static List<Row> classify(Bundle bundle, List<Row> documents, Placement placement) {
    ModelSettings settings =
        new ModelSettings(
            bundle.settings().policy(), Precision.FP32, bundle.settings().longDocuments());
    List<Row> rows = new ArrayList<>();
    LongAccumulator progress = new LongAccumulator();
    try (Classifier classifier = new Classifier(bundle, settings, placement)) {
      new ClassifyPartition.Rows(documents.iterator(), classifier, progress)
          .forEachRemaining(rows::add);
    }
    assertThat(progress.value()).isEqualTo(documents.size());
    return rows;
  }

  /** Prose between hostile texts and records that did not parse. */
  private static List<Row> documents() {
    List<Row> documents = new ArrayList<>();
    List<String> samples = SampleTexts.topics();
    for (int i = 0; i < HostileTexts.HOSTILE.size(); i++) {
      documents.add(document("hostile " + i, HostileTexts.HOSTILE.get(i)));
      documents.add(
          RowFactory.create("record " + i, null, Reject.MALFORMED_RECORD.error("no record")));
      for (int j = 4 * i; j < 4 * i + 4; j++) {
        documents.add(document("sample " + j, samples.get(j)));
      }
    }
    return documents;
  }

  private static Row document(String id, String text) {
    return RowFactory.create(id, text, null);
  }

  private static int field(String name) {
    return ClassifiedSchema.of(List.of()).fieldIndex(name);
  }
}
