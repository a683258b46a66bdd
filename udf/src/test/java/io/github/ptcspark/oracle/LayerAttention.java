package io.github.ptcspark.oracle;

/**
 * The attention of a layer.
 *
 * @param layer counted from 1
 * @param probabilities of all rows to all keys, word pieces first, {@code [heads, rows, keys]}
 * @param keys of word pieces, then of what is carried, all heads side by side, {@code [keys,
 *     hidden]}
 * @param scores equation 4 of PTC for every word piece that is a key
 */
@SuppressWarnings("ArrayRecordComponent") // read at once and never compared
record LayerAttention(int layer, double[][][] probabilities, double[][] keys, double[] scores) {}
