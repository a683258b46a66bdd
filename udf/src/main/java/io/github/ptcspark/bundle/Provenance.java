package io.github.ptcspark.bundle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a model comes from and what was shown of it; it never changes what the model does.
 *
 * @param created time of writing, ISO 8601
 * @param source where the weights come from
 * @param sourceDigest SHA-256 of the source
 * @param details further facts by name: training data and its digest, parameters, metrics, versions
 * @param promise what was shown of the model, if it was calibrated
 */
public record Provenance(
    String created,
    String source,
    String sourceDigest,
    Map<String, Object> details,
    Optional<Promise> promise) {

  /** The provenance of a model of which nothing was shown. */
  public Provenance(
      String created, String source, String sourceDigest, Map<String, Object> details) {
    this(created, source, sourceDigest, details, Optional.empty());
  }

  /** Copies the details. */
  public Provenance {
    details = new LinkedHashMap<>(details);
  }

  /** The same with another promise, or none. */
  public Provenance with(Optional<Promise> shown) {
    return new Provenance(created, source, sourceDigest, details, shown);
  }
}
