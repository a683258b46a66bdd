package io.github.ptcspark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Peers that are not there are left out, with what their installation noted, and no others. */
public class PeerCatalogTest {

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Path directory;

  @Before
  public void allIsThere() throws IOException {
    directory = temporary.getRoot().toPath();
    Files.createDirectories(directory.resolve("models"));
    for (String form : PeerCatalog.FORMS) {
      Files.createFile(directory.resolve("models").resolve(form));
    }
  }

  @Test
  public void whatIsThereRuns() {
    assertThat(obstacles())
        .doesNotContainKeys("PySpark", "Spark NLP", "DJL", "ONNX Runtime", "ptc");
  }

  @Test
  public void withoutPythonWhatNeedsNoneRuns() throws IOException {
    Files.writeString(directory.resolve("pyspark.missing"), "Cannot install pyspark: no route\n");
    assertThat(obstacles())
        .containsOnly(
            Map.entry("PySpark", "Cannot install pyspark: no route"),
            Map.entry("Spark NLP", "Cannot install pyspark: no route"),
            Map.entry("DJL", "Cannot install pyspark: no route"));
  }

  @Test
  public void aPeerIsMissingAlone() throws IOException {
    Files.writeString(directory.resolve("spark-nlp.missing"), "Cannot install spark-nlp: 404\n");
    assertThat(obstacles()).containsOnly(Map.entry("Spark NLP", "Cannot install spark-nlp: 404"));
  }

  @Test
  public void aFormThatCouldNotBeWritten() throws IOException {
    Files.delete(directory.resolve("models/fp32-fused.onnx"));
    Files.writeString(
        directory.resolve("models/fp32-fused.onnx.missing"),
        "Cannot write the model for it: no module\n");
    List<PeerVariant> left =
        variants().stream().filter(variant -> variant.obstacle().isPresent()).toList();
    assertThat(left).extracting(PeerVariant::precision).containsOnly("fp32-fused");
    assertThat(left)
        .extracting(variant -> variant.obstacle().orElseThrow())
        .containsOnly("Cannot write the model for it: no module");
  }

  @Test
  public void aFormThatNobodyTriedToWrite() throws IOException {
    Files.delete(directory.resolve("models/int8.onnx"));
    Files.writeString(directory.resolve("models.log"), "SyntaxError: too old a Python\n");
    assertThat(obstacles())
        .containsOnly(Map.entry("ONNX Runtime", "SyntaxError: too old a Python"));
  }

  /** Ways that lack something on this machine, whatever its processor computes in. */
  private List<PeerVariant> variants() {
    return new PeerCatalog(directory, directory)
        .variants().stream().filter(variant -> !variant.precision().equals("bf16")).toList();
  }

  private Map<String, String> obstacles() {
    Map<String, String> obstacles = new TreeMap<>();
    for (PeerVariant variant : variants()) {
      variant.obstacle().ifPresent(reason -> obstacles.put(variant.peer(), reason));
    }
    return obstacles;
  }
}
