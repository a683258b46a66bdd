package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Utils;
import com.sun.security.auth.module.UnixSystem;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LibraryDirectoryTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Map<String, String> environment = new HashMap<>();
  private final Properties properties = new Properties();
  private Path root;
  private long user;

  @Before
  public void setUp() throws IOException {
    Assume.assumeFalse(
        "skipped: users have no numbers here", System.getProperty("os.name").startsWith("Windows"));
    root = folder.getRoot().toPath().toRealPath();
    user = new UnixSystem().getUid();
    properties.setProperty("user.home", folder.newFolder("home").toString());
    properties.setProperty("java.io.tmpdir", folder.newFolder("tmp").toString());
    properties.setProperty("user.dir", root.toString());
  }

  @Test
  public void itIsBelowTheHomeUnlessTheUserNamesAnother() {
    assertThat(make()).isEqualTo(root.resolve("home/.djl.ai/ptc-spark"));

    properties.setProperty("DJL_CACHE_DIR", root.resolve("property").toString());
    assertThat(make()).isEqualTo(root.resolve("property/ptc-spark"));

    environment.put("DJL_CACHE_DIR", root.resolve("variable").toString());
    assertThat(make()).isEqualTo(root.resolve("variable/ptc-spark"));
  }

  @Test
  public void whereThereIsNoHomeItIsAPrivateOneOfTheTemporaryDirectory() {
    for (String home : List.of("", "?", "home", root.resolve("nowhere").toString())) {
      properties.setProperty("user.home", home);
      assertThat(make()).as(home).isEqualTo(root.resolve("tmp/ptc-spark-" + user));
    }
    properties.remove("user.home");
    assertThat(make()).isEqualTo(root.resolve("tmp/ptc-spark-" + user));
  }

  @Test
  public void librariesFromElsewhereAreRefused() {
    for (String name : List.of("PYTORCH_LIBRARY_PATH", "RUST_LIBRARY_PATH", "ENGINE_CACHE_DIR")) {
      environment.clear();
      environment.put(name, root.toString());
      assertThatThrownBy(this::make)
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("Cannot load native libraries: %s is set".formatted(name))
          .hasMessageEndingWith("unset it");
    }
  }

  @Test
  public void nothingIsLeftOfTheCheck() throws IOException {
    Path directory = make();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  public void aCacheThatOthersMayWriteToIsRefused() throws IOException {
    Path open = folder.newFolder("open").toPath();
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    environment.put("DJL_CACHE_DIR", open.toString());
    assertThatThrownBy(this::make)
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot load native libraries from ")
        .hasMessageContaining("others may write to it");
  }

  @Test
  public void djlUnpacksThere() {
    Path directory = LibraryDirectory.prepare();
    assertThat(Utils.getEngineCacheDir()).isEqualTo(directory);
    assertThat(LibraryDirectory.prepare()).isEqualTo(directory);
    NativeRuntime.load();
    assertThat(directory.resolve("pytorch")).isDirectory();
    new DocumentTokenizer(TestModel.bundle(1).tokenizer()).close();
    assertThat(directory.resolve("tokenizers")).isDirectory();
  }

  private Path make() {
    return new LibraryDirectory(environment, properties, user).make();
  }
}
