package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class BatchTest {

  @Test
  public void batchesAreAsLargeAsTheTokensAllow() {
    assertThat(lengths(Batch.inOrder(examples(3, 3, 4, 5, 5, 1), 10, 100)))
        .containsExactly(List.of(3, 3, 4), List.of(5, 5), List.of(1));
  }

  @Test
  public void batchesAreAsLargeAsTheDocumentsAllow() {
    assertThat(lengths(Batch.inOrder(examples(3, 3, 4, 5, 5), 1000, 2)))
        .containsExactly(List.of(3, 3), List.of(4, 5), List.of(5));
  }

  @Test
  public void aDocumentOfMoreTokensIsABatchOfItsOwn() {
    assertThat(lengths(Batch.inOrder(examples(3, 30, 4), 10, 100)))
        .containsExactly(List.of(3), List.of(30), List.of(4));
  }

  @Test
  public void everyShuffleHasEveryDocumentOnceInAnOrderOfItsOwn() {
    List<Example> examples = examples(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    Random random = new Random(3);
    List<Batch> first = Batch.shuffled(examples, 20, 100, random);
    List<Batch> second = Batch.shuffled(examples, 20, 100, random);
    assertThat(flat(first)).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(flat(second)).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(flat(first)).isNotEqualTo(flat(second));
    assertThat(flat(Batch.shuffled(examples, 20, 100, new Random(3)))).isEqualTo(flat(first));
    assertThat(first)
        .allMatch(batch -> batch.documents().stream().mapToInt(ids -> ids.length).sum() <= 20);
  }

  private static List<Example> examples(int... lengths) {
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      examples.add(new Example(new long[length], examples.size()));
    }
    return examples;
  }

  private static List<Example> flat(List<Batch> batches) {
    return batches.stream().flatMap(batch -> batch.examples().stream()).toList();
  }

  private static List<List<Integer>> lengths(List<Batch> batches) {
    return batches.stream()
        .map(batch -> batch.documents().stream().map(ids -> ids.length).toList())
        .toList();
  }
}
