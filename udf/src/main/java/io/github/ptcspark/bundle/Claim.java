package io.github.ptcspark.bundle;

import java.math.BigDecimal;
import java.util.Locale;

/** What can be promised of a model that prunes. */
public sealed interface Claim permits Claim.Agreement, Claim.AccuracyLoss {

  /**
   * What is promised.
   *
   * @param inFull whose labels count, as in "the unpruned model"
   */
  String text(String inFull);

  /**
   * By which documents it was shown.
   *
   * @param documents that were tested
   * @param disagreements documents among them with another label than in full, or none
   * @param inFull whose labels count, as in "the unpruned model"
   */
  String evidence(int documents, int disagreements, String inFull);

  /**
   * Documents get the label that they get in full.
   *
   * @param share of documents, of 1, of which that is so at least
   */
  record Agreement(double share) implements Claim {

    /**
     * A claim.
     *
     * @throws IllegalArgumentException if the share is not between 0 and 1
     */
    public Agreement {
      requireShare("agreement", share);
    }

    @Override
    public String text(String inFull) {
      return "at least %s %% of documents like the sample's get %s's label"
          .formatted(percent(share), inFull);
    }

    @Override
    public String evidence(int documents, int disagreements, String inFull) {
      return String.format(
          Locale.ROOT, "%,d of %,d tested documents did", documents - disagreements, documents);
    }
  }

  /**
   * Labels are right nearly as often as in full.
   *
   * @param most how much lower the share of right labels is at most, of 1
   * @param lost tested documents whose label was right only in full
   * @param won tested documents whose label is right and was not in full
   */
  record AccuracyLoss(double most, int lost, int won) implements Claim {

    /**
     * A claim.
     *
     * @throws IllegalArgumentException if the loss is not between 0 and 1 or the counts cannot be
     */
    public AccuracyLoss {
      requireShare("max_accuracy_loss", most);
      if (lost < 0 || won < 0) {
        throw new IllegalArgumentException("lost %s and won %s cannot be".formatted(lost, won));
      }
    }

    @Override
    public String text(String inFull) {
      return "labels of documents like the sample's are right as often as %s's, less %s points at most"
          .formatted(inFull, percent(most));
    }

    @Override
    public String evidence(int documents, int disagreements, String inFull) {
      return String.format(
          Locale.ROOT,
          "of %,d tested documents only %s was right about %,d, only this one about %,d",
          documents,
          inFull,
          lost,
          won);
    }
  }

  /**
   * Checks a share.
   *
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  static void requireShare(String name, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("%s: %s is not between 0 and 1".formatted(name, share));
    }
  }

  /** A share in hundredths, as people write it: 0.99 is 99, whatever 100 * 0.99 is. */
  static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
