package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Test;

public class TrainingDataTest {

  @Test
  public void labelsAreSortedAndComeFromTheTrainingDocuments() {
    TrainingData data = TrainingData.of(corpus("b", 2, "c", 2, "a", 2), corpus("c", 1, "b", 1));
    assertThat(data.labels()).containsExactly("a", "b", "c");
    assertThat(data.training()).hasSize(6);
    assertThat(data.validation()).hasSize(2);
  }

  @Test
  public void aSplitTakesItsShareOfEveryClass() {
    LabelledCorpus corpus = corpus("a", 100, "b", 30, "c", 2, "d", 3);
    TrainingData data = TrainingData.split(corpus, 0.2, 7);
    assertThat(counts(data.validation())).isEqualTo(Map.of("a", 20L, "b", 6L, "c", 1L, "d", 1L));
    assertThat(counts(data.training())).isEqualTo(Map.of("a", 80L, "b", 24L, "c", 1L, "d", 2L));
    Set<LabelledDocument> all = new HashSet<>(data.training());
    all.addAll(data.validation());
    assertThat(all).isEqualTo(new HashSet<>(corpus.documents()));
  }

  @Test
  public void aLargeRatioLeavesOneDocumentOfEveryClassForTraining() {
    TrainingData data = TrainingData.split(corpus("a", 4, "b", 2), 0.95, 7);
    assertThat(counts(data.training())).isEqualTo(Map.of("a", 1L, "b", 1L));
  }

  @Test
  public void theSeedDecidesTheSplit() {
    LabelledCorpus corpus = corpus("a", 50, "b", 50);
    assertThat(TrainingData.split(corpus, 0.2, 7)).isEqualTo(TrainingData.split(corpus, 0.2, 7));
    assertThat(new HashSet<>(TrainingData.split(corpus, 0.2, 7).validation()))
        .isNotEqualTo(new HashSet<>(TrainingData.split(corpus, 0.2, 8).validation()));
  }

  @Test
  public void whatCannotBeLearntIsRefused() {
    assertThatThrownBy(() -> TrainingData.split(corpus(), 0.2, 7))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot train on train.jsonl: it has no labelled documents");
    assertThatThrownBy(() -> TrainingData.split(corpus("a", 5), 0.2, 7))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on train.jsonl: all documents have the label \"a\", at least two classes"
                + " are needed");
    assertThatThrownBy(() -> TrainingData.of(corpus("a", 5, "b", 1), corpus("a", 1)))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on train.jsonl: label \"b\" has one document only, at least two are"
                + " needed");
    assertThatThrownBy(
            () -> TrainingData.split(corpus("a", 2, "__HIVE_DEFAULT_PARTITION__", 2), 0.2, 7))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on train.jsonl: label 0 is __HIVE_DEFAULT_PARTITION__, which stands for"
                + " no value in names of directories");
    assertThatThrownBy(() -> TrainingData.of(corpus("a", 2, "b", 2), corpus("a", 1, "x", 1)))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on train.jsonl: label \"x\" occurs in the validation documents but not"
                + " in the training documents");
    assertThatThrownBy(() -> TrainingData.of(corpus("a", 2, "b", 2), corpus()))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on train.jsonl: the validation corpus train.jsonl has no labelled"
                + " documents");
    assertThatThrownBy(() -> TrainingData.split(corpus("a", 2, "b", 2), 1, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid validation ratio: 1.0 (above 0, below 1)");
  }

  private static Map<String, Long> counts(List<LabelledDocument> documents) {
    return documents.stream()
        .collect(Collectors.groupingBy(LabelledDocument::label, Collectors.counting()));
  }

  private static LabelledCorpus corpus(Object... labelsAndCounts) {
    List<LabelledDocument> documents = new ArrayList<>();
    for (int i = 0; i < labelsAndCounts.length; i += 2) {
      for (int n = 0; n < (Integer) labelsAndCounts[i + 1]; n++) {
        documents.add(
            new LabelledDocument(labelsAndCounts[i] + " text " + n, (String) labelsAndCounts[i]));
      }
    }
    return new LabelledCorpus("train.jsonl", documents, 0, "");
  }
}
