package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.testing.RandomBundles;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Test;

public class EvaluationTextTest {

  private static final EvaluationReport REPORT =
      new EvaluationReport(
          MetricsTest.metrics(
              List.of("a", "longer label"), new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 1}),
          2,
          1,
          0.25,
          3.5,
          "d1gest",
          RandomBundles.PLAIN);

  @Test
  public void theTableHasEveryFigure() {
    assertThat(EvaluationText.table(REPORT))
        .isEqualTo(
            """
            accuracy 75.0 %, macro F1 73.3 %, micro F1 75.0 % of 4 documents
            cost 25.0 % of unpruned, 2.0 documents a second (3.5 s)
            not scored: 2 rejected, 1 without a label
            model d1gest, none, fp32

            label         precision  recall     F1  documents
            a                 100.0    66.7   80.0          3
            longer label       50.0   100.0   66.7          1

            confusion: rows are true labels, columns predicted ones in the same order
            a               2    1
            longer label    .    1
            """);
  }

  @Test
  public void manyClassesGetTheirMistakesInsteadOfAMatrix() {
    List<String> labels = IntStream.range(0, 21).mapToObj(i -> "label " + i).toList();
    Metrics metrics = MetricsTest.metrics(labels, new int[] {0, 3, 3, 5}, new int[] {0, 4, 4, 6});
    EvaluationReport report =
        new EvaluationReport(metrics, 0, 0, 1, 1, "d1gest", RandomBundles.PLAIN);
    assertThat(EvaluationText.table(report))
        .endsWith(
            """
            most frequent mistakes
                    2  label 3 labelled label 4
                    1  label 5 labelled label 6
            """)
        .doesNotContain("not scored");
  }

  @Test
  public void theJsonHasEveryFigure() throws IOException {
    JsonNode json = new ObjectMapper().readTree(EvaluationText.json(REPORT));
    assertThat(json.get("documents").asInt()).isEqualTo(7);
    assertThat(json.get("scored").asInt()).isEqualTo(4);
    assertThat(json.get("accuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.get("documents_per_second").asDouble()).isEqualTo(2);
    assertThat(json.get("confusion").toString()).isEqualTo("[[2,1],[0,1]]");
    assertThat(json.get("classes").get(1).get("label").asText()).isEqualTo("longer label");
    assertThat(json.get("policy").asText()).isEqualTo("none");
  }
}
