package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.Test;

public class MainClassTest {

  private static final int MAGIC = 0xCAFEBABE;
  private static final int JAVA_8 = 52;

  /** Section 4.1 of the JVM's specification. */
  @Test
  public void itCanBeLoadedByJava8() throws IOException {
    try (DataInputStream in = new DataInputStream(Ptc.class.getResourceAsStream("Ptc.class"))) {
      assertThat(in.readInt()).isEqualTo(MAGIC);
      assertThat(in.readUnsignedShort()).as("minor version").isZero();
      assertThat(in.readUnsignedShort()).as("major version").isEqualTo(JAVA_8);
    }
  }
}
