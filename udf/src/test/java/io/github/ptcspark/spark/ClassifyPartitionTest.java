package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.Assume.assumeTrue;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.junit.Rule;
import org.junit.Test;

/** Rows of a partition, one by one or several in a call. */
public class ClassifyPartitionTest {

  private static final int ERROR = field("error");
  private static final int LABEL = field("label");
  private static final int MILLIS = field("millis");
  private static final int SCORE = field("score");
  private static final int STATISTICS = field("stats");
  private static final int STATUS = field("status");

  @Rule public final Seed seed = new Seed();

  @Test
  public void packedDocumentsGetTheBitsThatEachGetsAlone() {
    for (Precision precision : List.of(Precision.INT8_BY_TOKEN, Precision.BF16)) {
      Optional<String> lack = Precisions.lack(precision, Processor.current());
      assumeTrue("SKIPPED: this processor lacks " + lack, lack.isEmpty());
      assertThat(packedAndAlone(precision)).isZero();
    }
  }

  @Test
  public void onAGpuPackedDocumentsGetWhatEachGetsAloneButForRounding() {
    assertThat(packedAndAlone(Precision.FP16)).isLessThan(0.01);
  }

  /** The largest difference of scores; everything else is the same. */
  private double packedAndAlone(Precision precision) {
    List<Row> documents = documents();
    List<Row> packed = classify(documents, precision);
    List<Row> alone = classifyEachAlone(documents, precision);
    assertThat(packed).hasSameSizeAs(documents);
    double largest = 0;
    for (int i = 0; i < documents.size(); i++) {
      Row expected = alone.get(i);
      Row actual = packed.get(i);
      String name = "%s, document %s".formatted(precision, i);
      for (int field : new int[] {0, STATUS, LABEL, ERROR, STATISTICS}) {
        assertThat(actual.get(field))
            .as(name)
            .usingRecursiveComparison()
            .isEqualTo(expected.get(field));
      }
      if (!expected.isNullAt(SCORE)) {
        largest = Math.max(largest, Math.abs(actual.getFloat(SCORE) - expected.getFloat(SCORE)));
        assertThat(actual.getDouble(MILLIS)).as(name).isPositive();
      }
    }
    return largest;
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
            Precision.FP16);

    assertThat(rows.stream().map(row -> row.getString(STATUS)))
        .containsExactly("ok", "rejected", "ok");
    assertThat(rows.get(1).getStruct(ERROR).getString(0)).isEqualTo("inference-failed");
  }

  @Test
  public void aModelThatIsClosedEndsTheTaskAndRejectsNothing() {
    Bundle bundle = TestModel.bundle(seed.value());
    for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
      Classifier classifier = new Classifier(bundle, settings(bundle, precision));
      List<Row> documents = List.of(document("a", "the cat"), document("b", "the dog"));
      Iterator<Row> rows =
          new ClassifyPartition.Rows(
              documents.iterator(), classifier, Audit.NONE, new LongAccumulator());
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
  public void nothingIsReadAheadWhereDocumentsDoNotShareACall() {
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
    try (Classifier classifier = new Classifier(bundle, settings(bundle, Precision.FP32))) {
      Iterator<Row> rows =
          new ClassifyPartition.Rows(counted, classifier, Audit.NONE, new LongAccumulator());
      for (int i = 1; i <= 20; i++) {
        rows.next();
        assertThat(read[0]).isEqualTo(i);
      }
    }
  }

  @Test
  public void rejectedDocumentsFillAPackToo() {
    Bundle bundle = TestModel.bundle(seed.value());
    try (Classifier classifier = new Classifier(bundle, settings(bundle, Precision.FP16))) {
      Pack pack = new Pack(classifier);
      for (int i = 0; i < classifier.tokensToGather(); i++) {
        assertThat(pack.isFull()).isFalse();
        pack.add(" ");
      }
      assertThat(pack.isFull()).isTrue();
    }
  }

  private List<Row> classify(List<Row> documents, Precision precision) {
    return classify(TestModel.bundle(seed.value()), documents, precision);
  }

  private static List<Row> classify(Bundle bundle, List<Row> documents, Precision precision) {
    try (Classifier classifier = new Classifier(bundle, settings(bundle, precision))) {
      return classify(documents, classifier);
    }
  }

  private List<Row> classifyEachAlone(List<Row> documents, Precision precision) {
    Bundle bundle = TestModel.bundle(seed.value());
    try (Classifier classifier = new Classifier(bundle, settings(bundle, precision))) {
      return documents.stream()
          .flatMap(document -> classify(List.of(document), classifier).stream())
          .toList();
    }
  }

  private static List<Row> classify(List<Row> documents, Classifier classifier) {
    List<Row> rows = new ArrayList<>();
    LongAccumulator progress = new LongAccumulator();
    new ClassifyPartition.Rows(documents.iterator(), classifier, Audit.NONE, progress)
        .forEachRemaining(rows::add);
    assertThat(progress.value()).isEqualTo(documents.size());
    return rows;
  }

  private static ModelSettings settings(Bundle bundle, Precision precision) {
    return new ModelSettings(
        bundle.settings().policy(), precision, bundle.settings().longDocuments());
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
