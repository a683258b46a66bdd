package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.methods.Combining;
import io.github.ptcspark.pruning.methods.LinearCompression;
import io.github.ptcspark.pruning.methods.PredictedSaliency;
import java.util.List;
import java.util.stream.IntStream;

/** BERT without pruning, piece by piece (Devlin et al., NAACL 2019). */
public final class BertOracle {

  private final Bundle bundle;
  private final BertConfig config;
  private final Tensors tensors;
  private final int hidden;

  /** BERT with the weights of a bundle. Tensors are read, and checked, when they are used. */
  public BertOracle(Bundle bundle) {
    this.bundle = bundle;
    this.config = bundle.config();
    this.tensors = new Tensors(bundle.weights());
    this.hidden = config.shape().hidden();
  }

  /**
   * All encoder layers on all tokens.
   *
   * @param ids word pieces, [CLS] and [SEP] included
   * @return {@code [tokens, hidden]}
   */
  public double[][] encode(long... ids) {
    double[][] x = embeddings(ids);
    for (int layer = 1; layer <= config.shape().layers(); layer++) {
      x = layer(layer, x);
    }
    return x;
  }

  /**
   * {@code e_i = LN(word[id_i] + position[i] + type[0])}
   *
   * @return {@code [tokens, hidden]}
   */
  public double[][] embeddings(long... ids) {
    double[] type =
        tensors.row(TensorNames.TYPE_EMBEDDINGS, config.typeVocabularySize(), hidden, 0);
    double[][] sums = new double[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      int id = Math.toIntExact(ids[i]);
      double[] word = tensors.row(TensorNames.WORD_EMBEDDINGS, config.vocabularySize(), hidden, id);
      double[] position =
          tensors.row(TensorNames.POSITION_EMBEDDINGS, config.maxPositions(), hidden, i);
      sums[i] = Rows.add(Rows.add(word, position), type);
    }
    return tensors
        .layerNorm(TensorNames.EMBEDDINGS_NORM, hidden, config.layerNormEps())
        .apply(sums);
  }

  /**
   * One encoder layer in which every row attends to every row.
   *
   * @param layer counted from 1
   * @param x {@code [rows, hidden]}
   * @return {@code [rows, hidden]}
   */
  public double[][] layer(int layer, double[][] x) {
    return encoderLayer(layer).apply(x, range(x.length));
  }

  /**
   * What the classifier reads: {@code (1/n) sum_i x_i} for {@code MEAN}, {@code tanh(W x_1 + b)}
   * for {@code CLS_POOLER}.
   *
   * @param x output tokens, {@code [rows, hidden]}
   * @return {@code [hidden]}
   */
  public double[] pool(double[][] x) {
    return switch (bundle.pooling()) {
      case MEAN -> Rows.mean(x);
      case CLS_POOLER -> {
        double[] pooled = tensors.linear(TensorNames.POOLER, hidden, hidden).apply(x[0]);
        for (int k = 0; k < hidden; k++) {
          pooled[k] = Math.tanh(pooled[k]);
        }
        yield pooled;
      }
    };
  }

  /**
   * {@code W pooled + b}
   *
   * @param pooled {@code [hidden]}
   * @return {@code [labels]}; empty for an encoder without a classifier
   */
  public double[] classify(double[] pooled) {
    int labels = bundle.labels().size();
    if (labels == 0) {
      return new double[0];
    }
    return tensors.linear(TensorNames.CLASSIFIER, hidden, labels).apply(pooled);
  }

  /** The layer counted from 1. */
  EncoderLayer encoderLayer(int layer) {
    return new EncoderLayer(tensors, config, layer - 1);
  }

  /** The combination tokens of a policy, {@code [count, hidden]}. */
  double[][] combinationTokens(int count) {
    return tensors.matrix(Combining.TOKENS, count, hidden);
  }

  /** The token combining module. */
  TokenCombining combining() {
    return TokenCombining.of(tensors, config);
  }

  /** The linear compression of a model. */
  LinearCompressionOracle linearCompression(LinearCompression step) {
    int count = step.tokens();
    return new LinearCompressionOracle(
        step,
        tensors.matrix(LinearCompression.MAP, count, LinearCompression.PARTS),
        tensors.matrix(LinearCompression.BIAS, count, hidden));
  }

  /** What predicts saliencies, {@code [layers - 1, hidden]}. */
  double[][] saliencyScorers() {
    return tensors.matrix(PredictedSaliency.SCORERS, config.shape().layers() - 1, hidden);
  }

  /** {@code 0, ..., count - 1} */
  static List<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
