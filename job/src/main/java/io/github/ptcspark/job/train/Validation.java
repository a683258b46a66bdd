package io.github.ptcspark.job.train;

import io.github.ptcspark.inference.ProgramOutput;
import io.github.ptcspark.inference.TrainingProgram;
import java.util.List;

/**
 * What a model in training says of the validation documents, without dropout and noise.
 *
 * @param loss mean cross-entropy
 * @param metrics of the labels
 */
record Validation(double loss, Metrics metrics) {

  static Validation of(TrainingProgram program, List<Batch> batches, List<String> labels) {
    long[][] confusion = new long[labels.size()][labels.size()];
    double loss = 0;
    int documents = 0;
    for (Batch batch : batches) {
      ProgramOutput output = program.run(batch.documents());
      int[] truth = batch.labels();
      for (int d = 0; d < truth.length; d++) {
        float[] logits = output.logits(d);
        confusion[truth[d]][best(logits)]++;
        loss += crossEntropy(logits, truth[d]);
        documents++;
      }
    }
    return new Validation(loss / documents, new Metrics(labels, confusion));
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int label = 1; label < logits.length; label++) {
      if (logits[label] > logits[best]) {
        best = label;
      }
    }
    return best;
  }

  /** log sum exp(logits) - logits[label], shifted by the largest logit. */
  private static double crossEntropy(float[] logits, int label) {
    double largest = logits[best(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return Math.log(sum) + largest - logits[label];
  }
}
