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
    double layerNormEps) {}
