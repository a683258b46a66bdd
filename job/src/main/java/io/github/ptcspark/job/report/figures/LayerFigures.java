package io.github.ptcspark.job.report.figures;

/**
 * One layer of the encoder.
 *
 * @param layer counted from 1, as policies do
 * @param kept tokens whose keys and values take part in it, of all documents
 * @param read tokens of those documents
 */
public record LayerFigures(int layer, long kept, long read) {

  /** The share of the tokens that are alive here. */
  public double share() {
    return read == 0 ? 0 : (double) kept / read;
  }
}
