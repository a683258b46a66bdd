package io.github.ptcspark.job.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.ModelSettings;
import java.util.List;
import java.util.Map;

/**
 * What every Parquet file says of the model that made it, in its key-value metadata.
 *
 * @param labels names of the classes by label id
 * @param digest digest of the bundle
 * @param settings how the model was run, in an exact precision
 * @param processors what the precision was chosen for
 */
record OutputMetadata(
    List<String> labels, String digest, ModelSettings settings, String processors) {

  Map<String, String> entries() {
    try {
      return Map.of(
          AnnotatedParquetFormat.PREFIX + "labels", new ObjectMapper().writeValueAsString(labels),
          AnnotatedParquetFormat.PREFIX + "model.digest", digest,
          AnnotatedParquetFormat.PREFIX + "policy", settings.policy().toString(),
          AnnotatedParquetFormat.PREFIX + "precision", settings.precision().family().toString(),
          AnnotatedParquetFormat.PREFIX + "arithmetic", settings.precision().toString(),
          AnnotatedParquetFormat.PREFIX + "processors", processors,
          AnnotatedParquetFormat.PREFIX + "long_documents", settings.longDocuments().toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write labels as JSON", e);
    }
  }
}
