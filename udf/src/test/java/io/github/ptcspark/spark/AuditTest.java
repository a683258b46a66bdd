package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.TestModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.junit.Rule;
import org.junit.Test;

public class AuditTest {

  private static final int LABEL = ClassifiedSchema.of(List.of()).fieldIndex("label");
  private static final int STATUS = ClassifiedSchema.of(List.of()).fieldIndex("status");
  private static final int AUDIT = ClassifiedSchema.of(List.of()).fieldIndex("audit_label");

  @Rule public final Seed seed = new Seed();

  @Test
  public void documentsAreDrawnByThemselvesInTheShareThatIsAskedFor() {
    List<Row> documents =
        IntStream.range(0, 20_000)
            .mapToObj(i -> RowFactory.create("id " + i, seed.value() + " text " + i, null))
            .toList();
    for (double share : new double[] {0, 0.01, 0.3, 1}) {
      Audit audit = new Audit(share);
      long drawn = documents.stream().filter(audit::takes).count();
      double deviation = Math.sqrt(20_000 * share * (1 - share));
      assertThat(Math.abs(drawn - 20_000 * share)).isLessThanOrEqualTo(5 * deviation);
    }
    Audit half = new Audit(0.5);
    List<Row> drawn = documents.stream().filter(half::takes).toList();
    assertThat(drawn).allMatch(half::takes);
    // The id counts too, and where it ends.
    long sameText =
        IntStream.range(0, 1000)
            .filter(i -> half.takes(RowFactory.create("id " + i, "text", null)))
            .count();
    assertThat(sameText).isBetween(400L, 600L);
    assertThat(half.takes(RowFactory.create("id", null, null))).isFalse();
    assertThatThrownBy(() -> new Audit(1.1)).hasMessage("Invalid audit share: 1.1 (0 to 1)");
    assertThatThrownBy(() -> new Audit(Double.NaN)).hasMessageContaining("0 to 1");
  }

  @Test
  public void auditedDocumentsCarryTheLabelThatTheyGetWithoutPruning() {
    Bundle bundle = TestModel.bundle(seed.value());
    for (Precision precision : List.of(Precision.FP32, Precision.INT8_BY_DOCUMENT)) {
      ModelSettings settings = bundle.settings().with(precision);
      PruningPolicy full = settings.policy().trained();
      try (Classifier classifier =
          new Classifier(bundle, settings, Placement.CPU, Alternatives.IN_FULL)) {
        Map<String, Row> rows = rows(classifier, new Audit(0.5), documents());
        Map<String, Row> without = rows(classifier, Audit.NONE, documents());
        Audit half = new Audit(0.5);
        int audited = 0;
        for (Row document : documents()) {
          Row row = rows.get(document.getString(0));
          assertThat(row.getString(LABEL))
              .isEqualTo(without.get(document.getString(0)).getString(LABEL));
          if (half.takes(document) && !document.getString(1).isBlank()) {
            audited++;
            Classification alone =
                classifier
                    .classify(List.of(classifier.prepare(document.getString(1))), full)
                    .get(0);
            assertThat(row.getString(AUDIT)).isEqualTo(alone.label());
          } else {
            assertThat(row.isNullAt(AUDIT)).isTrue();
          }
        }
        assertThat(audited).isBetween(15, 45);
      }
    }
  }

  @Test
  public void aDocumentThatTheModelRefusesEitherWayHasNoAuditLabel() {
    Bundle bundle = TestModel.poisoned(seed.value());
    ModelSettings settings = bundle.settings().with(Precision.FP16);
    try (Classifier classifier =
        new Classifier(bundle, settings, Placement.CPU, Alternatives.IN_FULL)) {
      Map<String, Row> rows =
          rows(
              classifier,
              new Audit(1),
              List.of(
                  RowFactory.create("a", "the cat", null),
                  RowFactory.create("b", "the " + TestModel.POISON, null),
                  RowFactory.create("c", "the dog", null)));
      assertThat(rows.get("a").isNullAt(AUDIT)).isFalse();
      assertThat(rows.get("b").isNullAt(AUDIT)).isTrue();
      assertThat(rows.get("b").isNullAt(LABEL)).isTrue();
      assertThat(rows.get("c").isNullAt(AUDIT)).isFalse();
    }
  }

  /**
   * In 16 bits documents share calls. Neither in the second reading of a document that is unsure
   * nor in that of an audit.
   */
  @Test
  public void aDocumentThatTheFullModelAloneRefusesTakesNoOtherDownWithIt() {
    Bundle small = TestModel.bundle(seed.value());
    Bundle bundle = TestModel.beside(small, TestModel.poisoned(seed.value() + 1));
    ModelSettings alone = small.settings().with(Precision.FP16);
    PruningPolicy unsure =
        PolicyText.parse("ptc + escalation(margin=1)")
            .toRun(alone.policy(), small.config().shape(), true);
    ModelSettings escalating = new ModelSettings(unsure, Precision.FP16, alone.longDocuments());
    List<Row> documents =
        List.of(
            RowFactory.create("a", "the cat", null),
            RowFactory.create("b", "the " + TestModel.POISON, null),
            RowFactory.create("c", "the dog", null));
    try (Classifier first = new Classifier(small, alone);
        Classifier audited = new Classifier(bundle, alone, Placement.CPU, Alternatives.IN_FULL);
        Classifier again = new Classifier(bundle, escalating)) {
      Map<String, Row> expected = rows(first, Audit.NONE, documents);
      Map<String, Row> rows = rows(audited, new Audit(1), documents);
      Map<String, Row> last = rows(again, new Audit(1), documents);
      assertThat(again.tokensToGather()).isGreaterThan(100);
      for (String id : List.of("a", "b", "c")) {
        boolean poison = id.equals("b");
        assertThat(rows.get(id).getString(LABEL)).isEqualTo(expected.get(id).getString(LABEL));
        assertThat(rows.get(id).isNullAt(AUDIT)).isEqualTo(poison);
        assertThat(last.get(id).getString(STATUS)).isEqualTo(poison ? "rejected" : "ok");
        assertThat(last.get(id).getString(LABEL)).isEqualTo(rows.get(id).getString(AUDIT));
        assertThat(last.get(id).getString(AUDIT)).isEqualTo(rows.get(id).getString(AUDIT));
      }
    }
  }

  private List<Row> documents() {
    List<Row> documents = new ArrayList<>();
    List<String> texts = SampleTexts.topics();
    for (int i = 0; i < 60; i++) {
      documents.add(RowFactory.create("id " + i, i % 10 == 0 ? " " : texts.get(i), null));
    }
    Collections.shuffle(documents, seed.random());
    return documents;
  }

  private static Map<String, Row> rows(Classifier classifier, Audit audit, List<Row> documents) {
    Map<String, Row> rows = new HashMap<>();
    new ClassifyPartition.Rows(documents.iterator(), classifier, audit, new LongAccumulator())
        .forEachRemaining(row -> rows.put(row.getString(0), row));
    return rows;
  }
}
