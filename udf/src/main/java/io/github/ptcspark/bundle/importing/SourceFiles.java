package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.BundleDigest;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Remembers the digests of the files that an import read. */
final class SourceFiles {

  private final Map<String, String> digests = new TreeMap<>();

  void add(String name, byte[] content) {
    digests.put(name, BundleDigest.sha256(content));
  }

  /**
   * Where the model comes from.
   *
   * @param weightsFile the file whose digest stands for the source
   * @param facts more about it
   */
  Provenance provenance(String source, String weightsFile, Map<String, Object> facts) {
    Map<String, Object> details = new LinkedHashMap<>(facts);
    details.put("files", digests);
    details.put("versions", versions());
    return new Provenance(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        source,
        digests.get(weightsFile),
        details);
  }

  private static Map<String, String> versions() {
    return new TreeMap<>(
        Map.of("ptc-spark", Version.current(), "java", System.getProperty("java.version")));
  }
}
