package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class BundleLocationTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void aPathWithASchemeIsReadAndWrittenThroughItsFileSystem() throws IOException {
    BundleFiles alone = BundleFiles.of(TestModel.bundle(3));
    for (BundleFiles files : List.of(alone, alone.withFull(BundleFiles.of(TestModel.bundle(4))))) {
      Path directory = folder.newFolder().toPath().resolve("bundle");

      location(directory.toUri().toString()).write(files);

      assertThat(location(directory.toUri().toString()).read().digest()).isEqualTo(files.digest());
      assertThat(location(directory.toString()).read().digest()).isEqualTo(files.digest());
    }
  }

  @Test
  public void whatIsMissingIsNamed() throws IOException {
    String absent = folder.getRoot().toPath().resolve("absent").toUri().toString();
    assertThatThrownBy(() -> location(absent).read())
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read %s: it does not exist".formatted(absent));

    Path directory = folder.newFolder().toPath();
    BundleFiles.of(TestModel.bundle(3)).write(directory);
    Files.delete(directory.resolve("ptc.json"));
    assertThatThrownBy(() -> location(directory.toUri().toString()).read())
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: it has no ptc.json".formatted(directory.toUri()));
  }

  @Test
  public void aFileSystemThatCannotBeReachedIsTold() {
    for (String path : List.of("absent://bucket/model", "hdfs://nowhere.invalid/model")) {
      Configuration configuration = new Configuration();
      configuration.set("fs.absent.impl", "org.example.AbsentFileSystem");
      assertThatThrownBy(() -> new BundleLocation(path, configuration).read())
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("Cannot read %s: ".formatted(path))
          .hasMessageContaining(
              path.startsWith("absent")
                  ? "Class org.example.AbsentFileSystem not found"
                  : "unknown host: nowhere.invalid");
    }
    assertThatThrownBy(() -> location("").read())
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read \"\": it is no path");
  }

  @Test
  public void aFileSystemWhoseConnectorIsMissingSaysWhatToAdd() {
    assertThatThrownBy(() -> location("s3a://bucket/model").read())
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot read s3a://bucket/model: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found;"
                + " spark-submit --packages org.apache.hadoop:hadoop-aws:%s adds it",
            VersionInfo.getVersion());
  }

  private static BundleLocation location(String path) {
    return new BundleLocation(path, new Configuration());
  }
}
