package io.github.ptcspark.spark.sql;

import io.github.ptcspark.spark.SharedModel;

/** Names by which Spark tells bound functions apart. */
final class Names {

  private Names() {}

  /** The same for functions that give the same answers, in any session. */
  static String canonical(String function, SharedModel model) {
    return "ptc.%s(%s, %s)".formatted(function, model.digest(), model.settings());
  }
}
