package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ComparePolicies;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.Test;
import scala.collection.JavaConverters;

public class FrontTest {

  private static final int DOCUMENTS = 10;
  private static final PruningPolicy CAREFUL = PolicyText.complete("first(keep-ratio=0.9)");
  private static final PruningPolicy BOLD = PolicyText.complete("first(keep-ratio=0.5)");
  private static final PruningPolicy WRONG = PolicyText.complete("first(keep-ratio=0.3)");
  private static final PruningPolicy SLOW = PolicyText.complete("random(keep-ratio=0.9)");
  private static final PruningPolicy POINTLESS = PolicyText.complete("random(keep-ratio=0.95)");

  private final Readings readings = new Readings(false);

  @Test
  public void ofThoseThatAgreeEquallyOftenTheOneThatMovesScoresLessIsSafer() {
    read(ComparePolicies.IN_FULL, 10, 0.9f, DOCUMENTS);
    read(CAREFUL.toString(), 8, 0.89f, DOCUMENTS);
    read(BOLD.toString(), 5, 0.7f, DOCUMENTS);
    read(WRONG.toString(), 4, 0.9f, DOCUMENTS - 1);
    read(SLOW.toString(), 9, 0.8f, DOCUMENTS); // Slower and less safe than the careful one.
    read(POINTLESS.toString(), 11, 0.9f, DOCUMENTS);
    List<PruningPolicy> policies = List.of(WRONG, SLOW, POINTLESS, BOLD, CAREFUL);

    Front front = Front.of(policies, readings, false);

    assertThat(front.figures())
        .extracting(PolicyFigures::policy)
        .containsExactly(CAREFUL.toString(), BOLD.toString(), WRONG.toString());
    assertThat(front.figures())
        .extracting(PolicyFigures::speedUp)
        .containsExactly(10.0 / 8, 10.0 / 5, 10.0 / 4);
    assertThat(front.tested(front.figures().get(2), readings).disagreements()).isEqualTo(1);
    assertThat(Front.of(List.of(POINTLESS), readings, false).isEmpty()).isTrue();
    assertThat(readings.distance(Contender.of(BOLD))).isCloseTo(0.2, within(1e-6));
    assertThat(readings.distance(Contender.of(WRONG))).isCloseTo(0.08, within(1e-6));
  }

  /** Of two labels, the first with a score or, in the last documents, the second with it. */
  private void read(String way, double millis, float score, int first) {
    List<Row> rows = new ArrayList<>();
    for (long document = 0; document < DOCUMENTS; document++) {
      int label = document < first ? 0 : 1;
      List<Float> scores = label == 0 ? List.of(score, 1 - score) : List.of(1 - score, score);
      rows.add(
          RowFactory.create(
              document,
              way,
              label,
              JavaConverters.asScalaBufferConverter(scores).asScala(),
              ClassifiedSchema.OK,
              null,
              10,
              millis,
              new GenericRowWithSchema(
                  new Object[] {10, 100L, 100L},
                  new StructType()
                      .add("tokens_read", DataTypes.IntegerType)
                      .add("flops", DataTypes.LongType)
                      .add("flops_dense", DataTypes.LongType)),
              "label " + label,
              null));
    }
    readings.add(rows);
  }
}
