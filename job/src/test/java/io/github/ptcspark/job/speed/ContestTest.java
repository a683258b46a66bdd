package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class ContestTest {

  @Test
  public void contendersTakeTurnsInBlocksAndInChangingOrder() {
    List<String> calls = new ArrayList<>();
    List<Long> progress = new ArrayList<>();
    Contest contest = new Contest(6, 1);
    contest.add("a", document -> calls.add("a" + document));
    contest.add("b", document -> calls.add("b" + document));
    contest.run(progress::add);
    assertThat(String.join(" ", calls))
        .isEqualTo("a0 a1 a2 a3 a4 b0 b1 b2 b3 b4 a5 b5 " + "b0 b1 b2 b3 b4 a0 a1 a2 a3 a4 b5 a5");
    assertThat(contest.size()).isEqualTo(24);
    assertThat(progress).last().isEqualTo(24L);
  }

  @Test
  public void threadsDoAllDocumentsEach() {
    ThreadScaling scaling = new ThreadScaling(5, 2, 3);
    int[] count = new int[5];
    List<Scaling> results =
        scaling.run(
            document -> {
              synchronized (count) {
                count[document]++;
              }
            },
            done -> {});
    // One, two and three threads, in a round that is not counted and in two that are.
    assertThat(count).containsOnly(3 * (1 + 2 + 3));
    assertThat(scaling.size()).isEqualTo(5 * 3 * (1 + 2 + 3));
    assertThat(results).extracting(Scaling::threads).containsExactly(1, 2, 3);
    assertThat(results.get(0).times()).isEqualTo(1);
  }

  @Test
  public void refusesNothingToDo() {
    assertThatThrownBy(() -> new Contest(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid contest: 0 documents, 3 rounds (at least one of each)");
  }
}
