package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.CostModel;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PruningStatistics;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A loaded model that labels one document at a time. Its answer depends on the document alone:
 * threads may share it, and neither neighbours nor earlier calls change a bit of it.
 */
public final class Classifier implements AutoCloseable {

  private final List<String> labels;
  private final ModelSettings settings;
  private final int layers;
  private final LoadedProgram program;
  private final DocumentTokenizer tokenizer;
  private final DocumentReader reader;
  private final CostModel costs;

  /** Shared by calls, taken by {@link #close}: native memory is not freed under a call. */
  private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * Loads a model.
   *
   * @param settings how to run it; the bundle's own or changed where that needs no training
   * @throws BundleException if the bundle has no classifier
   */
  public Classifier(Bundle bundle, ModelSettings settings) {
    if (bundle.labels().isEmpty()) {
      throw new BundleException(
          "Cannot classify with this model: it is an encoder without a classifier, train one first");
    }
    this.labels = bundle.labels();
    this.settings = settings;
    this.layers = bundle.config().shape().layers();
    this.costs = new CostModel(bundle.config().shape(), settings.policy());
    this.tokenizer = new DocumentTokenizer(bundle.tokenizer());
    this.reader =
        new DocumentReader(
            settings.longDocuments(),
            bundle.config().maxPositions(),
            tokenizer.start(),
            tokenizer.end());
    try {
      this.program = LoadedProgram.load(bundle, settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Labels one document.
   *
   * @throws InferenceException if the model fails on it
   */
  public Classification classify(String text) {
    calls.readLock().lock();
    try {
      if (closed) {
        throw new InferenceException("the model is closed");
      }
      return read(text);
    } catch (InferenceException e) {
      throw e;
    } catch (RuntimeException e) { // PyTorch, or the tokenizer's native library.
      throw new InferenceException(e);
    } finally {
      calls.readLock().unlock();
    }
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return labels;
  }

  /** Frees the model once the texts that threads are reading are done. */
  @Override
  public void close() {
    calls.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        program.close();
        tokenizer.close();
      }
    } finally {
      calls.writeLock().unlock();
    }
  }

  private Classification read(String text) {
    long[] wordPieces = tokenizer.wordPieces(text);
    List<long[]> windows = reader.windows(wordPieces);
    double[] logits = new double[labels.size()];
    int[] kept = new int[layers];
    int tokensRead = 0;
    int tokensKept = 0;
    int combinationTokens = 0;
    long flops = 0;
    long flopsDense = 0;
    for (long[] window : windows) {
      ProgramOutput output = program.run(List.of(window));
      float[] windowLogits = output.logits(0);
      for (int label = 0; label < logits.length; label++) {
        logits[label] += windowLogits[label] / windows.size();
      }
      List<Integer> windowKept = output.keptPerLayer(0);
      for (int layer = 0; layer < layers; layer++) {
        kept[layer] += windowKept.get(layer);
      }
      tokensRead += window.length;
      tokensKept += Collections.min(windowKept.subList(0, lastWordLayer()));
      combinationTokens += output.combinationTokensUsed(0);
      flops += costs.flops(windowKept);
      flopsDense += costs.denseFlops(window.length);
    }
    List<Float> scores = softmax(logits);
    int labelId = scores.indexOf(Collections.max(scores));
    boolean truncated =
        reader.isLong(wordPieces) && settings.longDocuments() != LongDocuments.WINDOWS;
    return new Classification(
        labelId,
        labels.get(labelId),
        scores,
        wordPieces.length,
        tokensKept,
        truncated,
        new PruningStatistics(
            windows.size(),
            tokensRead,
            Arrays.stream(kept).boxed().toList(),
            combinationTokens,
            flops,
            flopsDense));
  }

  /** The last layer that sees word pieces; after it there are combination tokens only. */
  private int lastWordLayer() {
    PruningPolicy policy = settings.policy();
    return policy instanceof PtcPolicy ptc && ptc.combines() ? ptc.combiningLayer() : layers;
  }

  /** Softmax in strict arithmetic, so that it is the same on every machine. */
  private static List<Float> softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    if (!Double.isFinite(Arrays.stream(logits).sum())) {
      throw new InferenceException("the model's logits are not finite");
    }
    double[] exponentials = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      exponentials[i] = StrictMath.exp(logits[i] - largest);
      sum += exponentials[i];
    }
    List<Float> scores = new ArrayList<>(logits.length);
    for (double exponential : exponentials) {
      scores.add((float) (exponential / sum));
    }
    return scores;
  }
}
