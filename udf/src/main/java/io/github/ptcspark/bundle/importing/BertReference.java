package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorNames;
import java.util.Map;

/**
 * A BERT encoder in plain Java, in double precision, against which imports are checked.
 *
 * <p>Devlin et al., "BERT", arXiv 1810.04805, as in Hugging Face's {@code BertModel}: embeddings of
 * words, positions from 0 and type 0 are added and normalised; each layer adds attention over
 * softmax(q k / sqrt(d)) and a feed-forward network with the exact GELU, each followed by a layer
 * normalisation.
 */
final class BertReference {

  private final BertConfig config;
  private final Map<String, FloatTensor> tensors;

  /**
   * A model.
   *
   * @param tensors weights under our names, see {@link TensorNames}
   */
  BertReference(BertConfig config, Map<String, FloatTensor> tensors) {
    this.config = config;
    this.tensors = tensors;
  }

  /** The hidden states after the last layer, {@code [tokens, hidden]}. */
  double[][] hiddenStates(int[] ids) {
    double[][] x = embeddings(ids);
    for (int index = 0; index < config.shape().layers(); index++) {
      String layer = TensorNames.layer(index);
      double[][] attention = attention(x, layer + ".attention.self");
      x = sum(linear(attention, layer + ".attention.output.dense"), x);
      normalise(x, layer + ".attention.output.LayerNorm");
      double[][] inner = linear(x, layer + ".intermediate.dense");
      for (double[] row : inner) {
        for (int i = 0; i < row.length; i++) {
          row[i] = gelu(row[i]);
        }
      }
      x = sum(linear(inner, layer + ".output.dense"), x);
      normalise(x, layer + ".output.LayerNorm");
    }
    return x;
  }

  /** {@code x / 2 (1 + erf(x / sqrt 2))}. */
  static double gelu(double x) {
    return x / 2 * (1 + erf(x / Math.sqrt(2)));
  }

  /**
   * The error function: its power series {@code 2 / sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1))}
   * where that converges fast, and else the continued fraction of its complement (Abramowitz and
   * Stegun 7.1.5, 7.1.14).
   */
  static double erf(double x) {
    double size = Math.abs(x);
    if (Double.isNaN(x) || size > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    if (size < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 2 / Math.sqrt(Math.PI) * sum;
    }
    double fraction = 0;
    for (int n = 60; n > 0; n--) {
      fraction = n / 2.0 / (size + fraction);
    }
    double complement = Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
    return Math.signum(x) * (1 - complement);
  }

  private double[][] embeddings(int[] ids) {
    int hidden = config.shape().hidden();
    FloatTensor words = tensors.get(TensorNames.WORD_EMBEDDINGS);
    FloatTensor positions = tensors.get(TensorNames.POSITION_EMBEDDINGS);
    FloatTensor types = tensors.get(TensorNames.TYPE_EMBEDDINGS);
    double[][] x = new double[ids.length][hidden];
    for (int token = 0; token < ids.length; token++) {
      for (int i = 0; i < hidden; i++) {
        x[token][i] =
            (double) words.values().get(ids[token] * hidden + i)
                + positions.values().get(token * hidden + i)
                + types.values().get(i);
      }
    }
    normalise(x, TensorNames.EMBEDDINGS_NORM);
    return x;
  }

  private double[][] attention(double[][] x, String prefix) {
    double[][] queries = linear(x, prefix + ".query");
    double[][] keys = linear(x, prefix + ".key");
    double[][] values = linear(x, prefix + ".value");
    int size = config.shape().hidden() / config.shape().heads();
    double[][] result = new double[x.length][config.shape().hidden()];
    double[] weights = new double[x.length];
    for (int start = 0; start < config.shape().hidden(); start += size) {
      for (int query = 0; query < x.length; query++) {
        for (int key = 0; key < x.length; key++) {
          double score = 0;
          for (int i = start; i < start + size; i++) {
            score += queries[query][i] * keys[key][i];
          }
          weights[key] = score / Math.sqrt(size);
        }
        softmax(weights);
        for (int key = 0; key < x.length; key++) {
          for (int i = start; i < start + size; i++) {
            result[query][i] += weights[key] * values[key][i];
          }
        }
      }
    }
    return result;
  }

  private static void softmax(double[] scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }

  /** {@code x W^T + b}. */
  private double[][] linear(double[][] x, String prefix) {
    float[] weight = tensors.get(TensorNames.weight(prefix)).toArray();
    float[] bias = tensors.get(TensorNames.bias(prefix)).toArray();
    int inputs = x[0].length;
    double[][] result = new double[x.length][bias.length];
    for (int token = 0; token < x.length; token++) {
      for (int output = 0; output < bias.length; output++) {
        result[token][output] = bias[output] + dot(x[token], weight, output * inputs);
      }
    }
    return result;
  }

  /** Four sums at once, which a processor adds up side by side. */
  private static double dot(double[] x, float[] weight, int row) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < x.length; i += 4) {
      a += x[i] * weight[row + i];
      b += x[i + 1] * weight[row + i + 1];
      c += x[i + 2] * weight[row + i + 2];
      d += x[i + 3] * weight[row + i + 3];
    }
    for (; i < x.length; i++) {
      a += x[i] * weight[row + i];
    }
    return a + b + c + d;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    for (int row = 0; row < a.length; row++) {
      for (int i = 0; i < a[row].length; i++) {
        a[row][i] += b[row][i];
      }
    }
    return a;
  }

  private void normalise(double[][] x, String prefix) {
    float[] weight = tensors.get(TensorNames.weight(prefix)).toArray();
    float[] bias = tensors.get(TensorNames.bias(prefix)).toArray();
    for (double[] row : x) {
      double mean = 0;
      for (double value : row) {
        mean += value / row.length;
      }
      double variance = 0;
      for (double value : row) {
        variance += (value - mean) * (value - mean) / row.length;
      }
      double deviation = Math.sqrt(variance + config.layerNormEps());
      for (int i = 0; i < row.length; i++) {
        row[i] = (row[i] - mean) / deviation * weight[i] + bias[i];
      }
    }
  }
}
