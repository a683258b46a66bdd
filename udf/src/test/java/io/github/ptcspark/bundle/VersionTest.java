package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class VersionTest {

  /** Also of classes that nobody packaged. */
  @Test
  public void itIsTheOneOfTheBuild() {
    assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+(-[A-Za-z0-9.]+)?");
  }
}
