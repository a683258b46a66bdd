package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.SafeTensors;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.bundle.importing.ModelImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Offset;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Word pieces and scores of many texts under many tokenizers, as transformers has them; {@code
 * src/test/python/transformers_parity.py} wrote them and says what is in the file.
 */
public class TransformersParityTest {

  private static JsonNode fixture;
  private static byte[] weights;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @BeforeClass
  public static void read() throws IOException {
    try (InputStream file =
        new GZIPInputStream(
            Files.newInputStream(Path.of("src/test/resources/transformers_parity.json.gz")))) {
      fixture = new ObjectMapper().readTree(file);
    }
    Random random = new Random(fixture.get("seed").longValue());
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (JsonNode tensor : fixture.get("tensors")) {
      int[] shape =
          StreamSupport.stream(tensor.get(1).spliterator(), false)
              .mapToInt(JsonNode::intValue)
              .toArray();
      tensors.put(
          tensor.get(0).textValue(),
          tensor(random, shape, tensor.get(2).doubleValue(), tensor.get(3).doubleValue()));
    }
    weights = SafeTensors.write(new Weights("random", tensors));
  }

  @Test
  public void everyTokenizerGivesTheSameWordPieces() throws Exception {
    List<String> differences = new ArrayList<>();
    for (int setup = 0; setup < fixture.get("setups").size(); setup++) {
      String name = fixture.get("setups").get(setup).get("name").textValue();
      try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle(setup).tokenizer())) {
        for (JsonNode text : fixture.get("texts")) {
          long[] expected =
              StreamSupport.stream(result(text, setup, "ids").spliterator(), false)
                  .mapToLong(JsonNode::longValue)
                  .toArray();
          String content = text.get("text").textValue();
          long[] actual = tokenizer.wordPieces(content);
          if (!Arrays.equals(actual, expected)) {
            differences.add(
                "%s: %s: %s instead of %s"
                    .formatted(
                        name,
                        text.get("text"),
                        Arrays.toString(actual),
                        Arrays.toString(expected)));
          }
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  public void everyTextGivesTheSameScores() throws Exception {
    int setups = fixture.get("setups").size();
    for (int setup = 0; setup < setups; setup++) {
      String name = fixture.get("setups").get(setup).get("name").textValue();
      Bundle bundle = bundle(setup);
      try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
        for (int i = setup; i < fixture.get("texts").size(); i += setups) {
          JsonNode text = fixture.get("texts").get(i);
          JsonNode expected = result(text, setup, "scores");
          Classification actual = classifier.classify(text.get("text").textValue());
          for (int label = 0; label < expected.size(); label++) {
            assertThat(actual.scores().get(label))
                .as("%s: %s", name, text.get("text"))
                .isCloseTo(expected.get(label).floatValue(), Offset.offset(1e-4f));
          }
        }
      }
    }
  }

  @Test
  public void thereIsMuchToCompare() {
    assertThat(fixture.get("texts").size()).isGreaterThanOrEqualTo(400);
    assertThat(fixture.get("setups").size()).isGreaterThanOrEqualTo(12);
    for (JsonNode text : fixture.get("texts")) {
      assertThat(text.get("of")).hasSameSizeAs(fixture.get("setups"));
    }
  }

  private static JsonNode result(JsonNode text, int setup, String kind) {
    return text.get(kind).get(text.get("of").get(setup).intValue());
  }

  private Bundle bundle(int setup) throws IOException {
    Path directory = folder.newFolder().toPath();
    Files.writeString(directory.resolve(BundleFiles.CONFIG), fixture.get("config").toString());
    Files.write(directory.resolve(BundleFiles.WEIGHTS), weights);
    for (var files = fixture.get("setups").get(setup).get("files").fields(); files.hasNext(); ) {
      Map.Entry<String, JsonNode> file = files.next();
      Files.writeString(directory.resolve(file.getKey()), file.getValue().textValue());
    }
    return ModelImporter.importFrom(directory.toString(), Path.of("none"));
  }

  private static FloatTensor tensor(Random random, int[] shape, double scale, double offset) {
    int size = 1;
    for (int length : shape) {
      size *= length;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) ((random.nextFloat() - 0.5) * scale + offset);
    }
    return FloatTensor.of(shape, values);
  }
}
