package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.EncoderShape;

/**
 * What {@code config.json} says of a BERT encoder, under the names used there.
 *
 * @param shape layers, hidden size, heads and intermediate size
 * @param vocabularySize rows of the word embeddings
 * @param maxPositions rows of the position embeddings: the most tokens read at once, [CLS] and
 *     [SEP] included
 * @param typeVocabularySize rows of the token type embeddings
 * @param layerNormEps the epsilon of every layer normalisation
 */
public record BertConfig(
    EncoderShape shape,
    int vocabularySize,
    int maxPositions,
    int typeVocabularySize,
    double layerNormEps) {

  private static final int MOST_LAYERS = 256;

  /** Checks that such a model can be, and that its weights fit in one file. */
  public BertConfig {
    if (shape.layers() > MOST_LAYERS) {
      throw new IllegalArgumentException(
          "num_hidden_layers: %s is more than the %s that are supported"
              .formatted(shape.layers(), MOST_LAYERS));
    }
    if (vocabularySize < 1 || maxPositions < 3 || typeVocabularySize < 1) {
      throw new IllegalArgumentException(
          "vocab_size %s, max_position_embeddings %s, type_vocab_size %s are too small"
              .formatted(vocabularySize, maxPositions, typeVocabularySize));
    }
    if (!(layerNormEps > 0 && layerNormEps < 1)) {
      throw new IllegalArgumentException(
          "layer_norm_eps: %s is not between 0 and 1".formatted(layerNormEps));
    }
    double hidden = shape.hidden();
    double rows = (double) vocabularySize + maxPositions + typeVocabularySize;
    double layer = 4 * hidden * hidden + 2 * hidden * shape.intermediate();
    double bytes = 4 * (rows * hidden + shape.layers() * layer);
    if (bytes > BundleFiles.MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "vocab_size %s, max_position_embeddings %s, num_hidden_layers %s, hidden_size %s and "
                  .formatted(vocabularySize, maxPositions, shape.layers(), shape.hidden())
              + "intermediate_size %s make more weights than the %s bytes that fit in one file"
                  .formatted(shape.intermediate(), BundleFiles.MAX_FILE_BYTES));
    }
  }
}
