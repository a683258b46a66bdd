package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** All rows of an output are of one policy, whichever version of ptc wrote them. */
public class PolicyOfOutputTest extends SparkTest {

  private static final String OWN =
      "ptc(keep-ratio=0.8, fuzzy=off, scope=tokens, layers=2.., every=1, minimum-tokens=8,"
          + " combining-layer=2, combination-tokens=4)";

  private static final String FORMER =
      """
      {"method": "ptc", "keep_ratio": 0.8, "fuzzy": "off", "scope": "tokens",
       "first_pruned_layer": 2, "combining_layer": 2, "combination_tokens": 4,
       "minimum_tokens": 8}
      """;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;
  private BundleFiles model;

  @Before
  public void classifyOnce() throws IOException {
    model = BundleFiles.of(TestModel.bundle(1));
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("out");
    add("first.jsonl", 0, 10);
    run("ptc");
    add("second.jsonl", 10, 20);
  }

  @Test
  public void whatAnEarlierVersionWroteIsAddedTo() throws IOException {
    assertThat(recordAs(FORMER)).isPositive();
    assertThat(run("ptc").counts().documents()).isEqualTo(10);
    assertThat(spark().read().parquet(output.toString()).count()).isEqualTo(20);
  }

  @Test
  public void anotherPolicyOfAnEarlierVersionIsNot() throws IOException {
    recordAs(FORMER.replace("0.8", "0.7"));
    assertThatThrownBy(() -> run("ptc"))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot add to %s: it has policy %s, not %s; --overwrite replaces it"
                .formatted(output, OWN.replace("0.8", "0.7"), OWN));
  }

  @Test
  public void aPolicyThatThisVersionDoesNotKnowIsToldAsItIs() throws IOException {
    recordAs("\"later(depth=3)\"");
    assertThatThrownBy(() -> run("ptc"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("it has policy later(depth=3), not " + OWN);
    recordAs("{\"method\": \"later\"}");
    assertThatThrownBy(() -> run("ptc"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("it has policy {\"method\":\"later\"}, not " + OWN);
  }

  @Test
  public void theManifestHasThePolicyAsText() throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(output.resolve("_ptc/manifest.json").toFile());
    assertThat(manifest.at("/model/policy").asText()).isEqualTo(OWN);
  }

  private int recordAs(String policy) throws IOException {
    JsonNode recorded = new ObjectMapper().readTree(policy);
    return RecordedIdentities.change(
        output, (ObjectNode identity) -> identity.replace("policy", recorded) != null);
  }

  private void add(String name, int from, int to) throws IOException {
    Path topics = Path.of(System.getProperty("samples.directory"), "topics", "test.jsonl");
    Files.write(input.resolve(name), Files.readAllLines(topics).subList(from, to));
  }

  private RunSummary run(String policy) {
    return new ClassifyRun(
            spark(),
            model,
            new ClassifyOptions(
                "model.bundle",
                new SettingsChanges(
                    Optional.of(PolicyText.parse(policy)), Optional.empty(), Optional.empty()),
                new CorpusOptions(
                    List.of(input.toString()),
                    Optional.empty(),
                    Optional.of("id"),
                    Optional.empty(),
                    List.of()),
                output.toString(),
                ExistingOutput.EXTEND,
                List.of(),
                Optional.empty(),
                1.0,
                Audit.NONE,
                false),
            new PrintStream(OutputStream.nullOutputStream()),
            ProcessorSurvey::of)
        .run();
  }
}
