package io.github.ptcspark.job.run;

import org.apache.commons.math3.special.Beta;

/**
 * Evidence that documents get another label than in full more often than is promised, such that one
 * may look as often as one likes: an e-process (Ramdas, Gruenwald, Vovk and Shafer, Game-theoretic
 * statistics and safe anytime-valid inference, Statistical Science 38, 2023).
 *
 * <p>Of k disagreements among n documents, of which a share alpha may disagree, the evidence is the
 * likelihood ratio {@code (p / alpha)^k ((1 - p) / (1 - alpha))^(n - k)}, averaged over p from
 * alpha to 1 with a density in proportion to 1 / p. While the promise holds, its expectation is at
 * most 1 after every document, so that it ever reaches 1 / delta with a probability of at most
 * delta (Ville's inequality).
 *
 * @param disagreement share of documents that may disagree, in (0, 1)
 */
record PromiseEvidence(double disagreement) {

  /**
   * The logarithm of the evidence of an output that grows: half of it is that of all its documents,
   * the other half that of the latest run alone, which notices a change sooner after a long time
   * without one. The later run begins, the less it counts, with weights {@code 1 / (s (s + 1))}
   * after s slices, which sum to 1, so that the whole is an e-process too.
   *
   * @param slicesBefore slices of the output before the latest documents, or more
   */
  double logOf(Audited all, Audited latest, long slicesBefore) {
    double ofAll = logOf(all) - Math.log(2);
    if (slicesBefore == 0) {
      return ofAll;
    }
    double ofLatest = logOf(latest) - Math.log(2.0 * slicesBefore * (slicesBefore + 1));
    double larger = Math.max(ofAll, ofLatest);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(ofAll, ofLatest) - larger));
  }

  /** The logarithm of the evidence of some documents. */
  double logOf(Audited documents) {
    long k = documents.disagreements();
    long agreeing = documents.documents() - k;
    if (k == 0) {
      return Double.NEGATIVE_INFINITY; // It is less than 1, and no more is asked of it.
    }
    double integral =
        Beta.logBeta((double) k, agreeing + 1.0)
            + Math.log(Beta.regularizedBeta(1 - disagreement, agreeing + 1.0, (double) k));
    return integral
        - Math.log(-Math.log(disagreement))
        - k * Math.log(disagreement)
        - agreeing * Math.log1p(-disagreement);
  }
}
