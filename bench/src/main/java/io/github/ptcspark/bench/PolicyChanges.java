package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.job.speed.Medians;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What it costs to change the policy between two documents: every document is read twice under each
 * of two policies, once in two passes with a policy each and once under both in turn.
 */
public final class PolicyChanges {

  private static final int TEXTS = 60;
  private static final int ROUNDS = 15;

  private PolicyChanges() {}

  /**
   * Measures and prints.
   *
   * @param arguments the directory of models and a JSON Lines file with a field text
   */
  public static void main(String[] arguments) throws IOException {
    Models models = new Models(Path.of(arguments[0]));
    PruningPolicy other = models.pruning(Scope.TOKENS);
    Bundle bundle = models.classifier(PruningPolicy.NONE, Precision.INT8);
    double[] apart = new double[ROUNDS];
    double[] inTurn = new double[ROUNDS];
    try (Classifier classifier =
        new Classifier(bundle, bundle.settings(), Placement.CPU, Alternatives.of(List.of(other)))) {
      List<PreparedText> texts =
          Documents.texts(Path.of(arguments[1]), TEXTS).stream().map(classifier::prepare).toList();
      List<PruningPolicy> both = List.of(PruningPolicy.NONE, other);
      for (int round = -1; round < ROUNDS; round++) {
        double passes = 0;
        for (PruningPolicy policy : both) {
          passes += millis(classifier, texts, List.of(policy));
        }
        double turns = millis(classifier, texts, both);
        if (round >= 0) { // The first one warms up.
          apart[round] = passes / TEXTS;
          inTurn[round] = turns / TEXTS;
        }
      }
    }
    Lines text = new Lines();
    text.add("bge-small in int8 on one thread of %s", Machine.current().processor());
    text.add("ms a document read twice, medians of %s rounds:", ROUNDS);
    text.add("%8.3f  first all under none, then all under %s", Medians.of(apart), other);
    text.add("%8.3f  each under one and the other", Medians.of(inTurn));
    System.out.print(text);
  }

  private static double millis(
      Classifier classifier, List<PreparedText> texts, List<PruningPolicy> policies) {
    long start = System.nanoTime();
    for (PreparedText text : texts) {
      for (PruningPolicy policy : policies) {
        classifier.classify(List.of(text), policy);
      }
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
