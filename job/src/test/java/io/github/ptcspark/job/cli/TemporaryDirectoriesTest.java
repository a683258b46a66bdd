package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TemporaryDirectoriesTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final SparkConf settings = new SparkConf(false);
  private final Map<String, String> environment = new HashMap<>();
  private Path temporary;
  private long needed;
  private Path file;

  @Before
  public void makeFiles() throws IOException {
    temporary = folder.newFolder("tmp").toPath();
    file = folder.newFile("file").toPath();
  }

  @Test
  public void nothingIsLeftWhereAllIsWell() {
    check();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  public void aTemporaryDirectoryThatIsNoneIsNamed() {
    temporary = file;
    assertRefused("java.io.tmpdir is \"%s\": it is not a directory".formatted(file));
    temporary = Path.of("/proc/self");
    assertThatThrownBy(this::check)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot start Spark: java.io.tmpdir is \"/proc/self\": ");
  }

  @Test
  public void ofSparksDirectoriesOneMustDo() {
    Path there = temporary.resolveSibling("new");
    settings.set("spark.local.dir", file + "," + there);
    check();
    assertThat(there).isEmptyDirectory();

    settings.set("spark.local.dir", file + "," + file);
    assertRefused("spark.local.dir is \"%1$s,%1$s\": it is not a directory".formatted(file));
  }

  @Test
  public void theVariableComesBeforeTheKey() {
    settings.set("spark.local.dir", file.toString());
    environment.put("SPARK_LOCAL_DIRS", temporary.toString());
    check();

    settings.set("spark.local.dir", temporary.toString());
    environment.put("SPARK_LOCAL_DIRS", file.toString());
    assertRefused("SPARK_LOCAL_DIRS is \"%s\": it is not a directory".formatted(file));

    environment.put("CONTAINER_ID", "container_1");
    check();
  }

  @Test
  public void aDirectoryWithoutRoomIsNamed() {
    needed = Long.MAX_VALUE;
    assertThatThrownBy(this::check)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(
            "Cannot start Spark: java.io.tmpdir is \"%s\": Spark needs ".formatted(temporary))
        .hasMessageEndingWith(" MB are free");

    settings.set("spark.local.dir", temporary.toString());
    assertThatThrownBy(this::check)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot start Spark: spark.local.dir is ");
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(this::check)
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot start Spark: " + reason);
  }

  private void check() {
    TemporaryDirectories.check(settings, environment, temporary.toString(), needed);
  }
}
