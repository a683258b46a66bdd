package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LabelledCorpusTest extends SparkTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void documentsComeInTheOrderOfTheFileWithItsDigest() throws IOException {
    String file = file("train.jsonl", "{\"text\": \"one\", \"label\": \"a\"}\n");
    LabelledCorpus corpus = LabelledCorpus.read(spark(), options(file));
    assertThat(corpus.documents()).containsExactly(new LabelledDocument("one", "a"));
    assertThat(corpus.skipped()).isZero();
    assertThat(corpus.source()).isEqualTo(file);
    assertThat(corpus.digest())
        .isEqualTo("69d1f515e7d660c25a629fe57c4dcd53404d85b898b41cc03379cbc366ba712d");
  }

  @Test
  public void theOrderDoesNotDependOnPartitions() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int n = 0; n < 300; n++) {
      lines.append("{\"text\": \"text %s\", \"label\": \"%s\"}\n".formatted(n, n % 3));
    }
    String file = file("train.jsonl", lines.toString());
    List<LabelledDocument> documents = LabelledCorpus.read(spark(), options(file)).documents();
    assertThat(documents).hasSize(300);
    assertThat(documents.get(0)).isEqualTo(new LabelledDocument("text 0", "0"));
    assertThat(LabelledCorpus.read(spark(), options(file)).documents()).isEqualTo(documents);
  }

  @Test
  public void numbersMayBeLabels() throws IOException {
    String file = file("train.jsonl", "{\"text\": \"one\", \"label\": 4}\n");
    assertThat(LabelledCorpus.read(spark(), options(file)).documents())
        .containsExactly(new LabelledDocument("one", "4"));
  }

  @Test
  public void everyFormatThatIsClassifiedCanBeLearnt() {
    String orc = folder.getRoot() + "/orc";
    spark()
        .sql("select 'two' text, 12345678.0D label union all select 'one', 1.5D")
        .write()
        .orc(orc);
    assertThat(LabelledCorpus.read(spark(), options(orc)).documents())
        .containsExactlyInAnyOrder(
            new LabelledDocument("one", "1.5"), new LabelledDocument("two", "12345678.0"));
    spark().sql("select 'one' text, array(1) label").write().parquet(orc + "/array");
    assertThatThrownBy(() -> LabelledCorpus.read(spark(), options(orc + "/array")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s/array: the label column \"label\" is of type array<int>, which is no"
                + " label",
            orc);
  }

  @Test
  public void directoriesMayBeLabels() throws IOException {
    for (String label : List.of("sport", "trade")) {
      Path directory = folder.newFolder("labels", "label=" + label).toPath();
      Files.writeString(directory.resolve("a.txt"), "about " + label);
    }
    assertThat(LabelledCorpus.read(spark(), options(folder.getRoot() + "/labels")).documents())
        .containsExactly(
            new LabelledDocument("about sport", "sport"),
            new LabelledDocument("about trade", "trade"));
  }

  @Test
  public void whatHasNoTextOrLabelIsCountedAndLeftOut() throws IOException {
    String file =
        file(
            "train.jsonl",
            """
            {"text": "one", "label": "a"}
            {"text": "two", "label": null}
            {"text": "two", "label": ""}
            {"text": "  ", "label": "a"}
            {"text": null, "label": "a"}
            not json
            {"text": "three", "label": "b"}
            """);
    LabelledCorpus corpus = LabelledCorpus.read(spark(), options(file));
    assertThat(corpus.documents())
        .containsExactly(new LabelledDocument("one", "a"), new LabelledDocument("three", "b"));
    assertThat(corpus.skipped()).isEqualTo(5);
  }

  @Test
  public void blankLabelsAreNone() throws IOException {
    String file =
        file("train.csv", "text,label\none,\"\"\ntwo,\nthree,\" \"\nfour,a\nfive,\"a \"\n");
    LabelledCorpus corpus = LabelledCorpus.read(spark(), options(file));
    assertThat(corpus.documents())
        .containsExactly(new LabelledDocument("four", "a"), new LabelledDocument("five", "a "));
    assertThat(corpus.skipped()).isEqualTo(3);
    assertThat(corpus.lookalikes()).containsExactly(List.of("a", "a "));
  }

  @Test
  public void whatNoModelSeesIsLeftOut() throws IOException {
    String file =
        file(
            "train.jsonl",
            """
            {"text": "\\u200b", "label": "a"}
            {"text": "one", "label": "b"}
            {"text": "\\u0007 \\ufeff", "label": "a"}
            """);
    String tokenizer = TestModel.bundle(1).tokenizer();
    LabelledCorpus corpus = LabelledCorpus.read(spark(), options(file)).withWordPieces(tokenizer);
    assertThat(corpus.documents()).containsExactly(new LabelledDocument("one", "b"));
    assertThat(corpus.skipped()).isEqualTo(2);
    String none = file("none.jsonl", "{\"text\": \"\\u200b\", \"label\": \"a\"}\n");
    assertThatThrownBy(() -> LabelledCorpus.read(spark(), options(none)).withWordPieces(tokenizer))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s: none of 1 documents has a text that the model sees and a label"
                .formatted(none));
  }

  @Test
  public void aCorpusWithoutLabelledDocumentsIsRefused() throws IOException {
    String file =
        file(
            "train.jsonl",
            """
            {"text": "one", "label": null}
            {"text": " ", "label": "a"}
            """);
    assertThatThrownBy(() -> LabelledCorpus.read(spark(), options(file)))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot read %s: none of 2 documents has a text and a label".formatted(file));
  }

  @Test
  public void aMissingColumnIsRefused() throws IOException {
    String file = file("train.jsonl", "{\"text\": \"one\", \"topic\": \"a\"}\n");
    assertThatThrownBy(() -> LabelledCorpus.read(spark(), options(file)))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("label");
  }

  private String file(String name, String content) throws IOException {
    Path file = folder.getRoot().toPath().resolve(name);
    Files.writeString(file, content);
    return file.toString();
  }

  private static CorpusOptions options(String file) {
    return new CorpusOptions(
        List.of(file), Optional.empty(), Optional.empty(), Optional.empty(), List.of("label"));
  }
}
