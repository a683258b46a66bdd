package io.github.ptcspark.bundle;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a model comes from; it is written for people and never changes what the model does.
 *
 * @param created time of writing, ISO 8601
 * @param source where the weights come from
 * @param sourceDigest SHA-256 of the source
 * @param details further facts by name: training data and its digest, parameters, metrics, versions
 */
public record Provenance(
    String created, String source, String sourceDigest, Map<String, Object> details) {

  /** Copies the details. */
  public Provenance {
    details = new LinkedHashMap<>(details);
  }
}
