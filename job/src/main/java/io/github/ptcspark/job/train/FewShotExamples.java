package io.github.ptcspark.job.train;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The examples that a head is fitted on.
 *
 * @param labels names of the classes, in order
 * @param examples of the classes, those of a class one after another
 * @param outOfScope examples of no class
 */
public record FewShotExamples(
    List<String> labels, List<LabelledDocument> examples, List<LabelledDocument> outOfScope) {

  /** Copies the lists. */
  public FewShotExamples {
    labels = List.copyOf(labels);
    examples = List.copyOf(examples);
    outOfScope = List.copyOf(outOfScope);
  }

  /**
   * Draws the examples of every label, in an order that depends on the corpus and the seed alone.
   *
   * @throws JobException if there are fewer than two classes, or a label could not be one
   */
  public static FewShotExamples draw(LabelledCorpus corpus, FewShotOptions options) {
    Map<String, List<LabelledDocument>> byLabel = TrainingData.byLabel(corpus);
    List<LabelledDocument> outside = options.outOfScope().map(byLabel::remove).orElse(List.of());
    TrainingData.checkClasses(corpus, byLabel);
    Random random = new Random(options.seed());
    int most = options.examplesPerClass().orElse(Integer.MAX_VALUE);
    return new FewShotExamples(
        List.copyOf(byLabel.keySet()),
        drawn(byLabel.values(), most, random),
        drawn(List.of(outside), most, random));
  }

  private static List<LabelledDocument> drawn(
      Collection<List<LabelledDocument>> classes, int most, Random random) {
    List<LabelledDocument> drawn = new ArrayList<>();
    for (List<LabelledDocument> documents : classes) {
      List<LabelledDocument> order = new ArrayList<>(documents);
      Collections.shuffle(order, random);
      drawn.addAll(order.subList(0, Math.min(most, order.size())));
    }
    return drawn;
  }

  /** The label id of each example. */
  public List<Integer> labelIds() {
    return examples.stream().map(example -> labels.indexOf(example.label())).toList();
  }
}
