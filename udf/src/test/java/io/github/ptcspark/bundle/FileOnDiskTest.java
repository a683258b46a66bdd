package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FileOnDiskTest {

  private static final int BLOCK = 1 << 20;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Seed seed = new Seed();

  @Test
  public void everyRangeHoldsTheBytesOfTheFile() throws IOException {
    Random random = seed.random();
    for (int size : new int[] {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 17}) {
      byte[] bytes = bytes(size);
      FileContent file = FileOnDisk.open(write(bytes));
      assertThat(file.size()).isEqualTo(size);
      assertThat(file.bytes()).isEqualTo(bytes);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      file.writeTo(all);
      assertThat(all.toByteArray()).isEqualTo(bytes);
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(size + 1);
        int length = random.nextInt(size - from + 1);
        assertThat(file.slice(from, length).array())
            .as("%s bytes from %s of %s", length, from, size)
            .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
      }
    }
  }

  @Test
  public void aBufferIsFilledFromItsPositionToItsLimit() throws IOException {
    byte[] bytes = bytes(BLOCK + 100);
    ByteBuffer buffer = ByteBuffer.allocateDirect(300).position(50).limit(250);
    FileOnDisk.open(write(bytes)).read(BLOCK - 100, buffer);
    assertThat(buffer.position()).isEqualTo(250);
    byte[] read = new byte[300];
    buffer.clear().get(read);
    byte[] expected = new byte[300];
    System.arraycopy(bytes, BLOCK - 100, expected, 50, 200);
    assertThat(read).isEqualTo(expected);
  }

  @Test
  public void aFileThatIsDeletedOrReplacedStaysWhatItWas() throws IOException {
    byte[] bytes = bytes(2 * BLOCK);
    Path path = write(bytes);
    FileContent file = FileOnDisk.open(path);
    Files.delete(path);
    assertThat(file.bytes()).isEqualTo(bytes);
    Files.write(path, new byte[2 * BLOCK]);
    assertThat(file.bytes()).isEqualTo(bytes);
  }

  @Test
  public void aFileThatIsWrittenToIsRefused() throws IOException {
    byte[] bytes = bytes(2 * BLOCK);
    Path path = write(bytes);
    FileContent file = FileOnDisk.open(path);
    assertThat(file.bytes()).isEqualTo(bytes);
    bytes[5]++;
    Files.write(path, bytes, StandardOpenOption.WRITE);
    assertThat(file.slice(BLOCK, BLOCK).array())
        .isEqualTo(Arrays.copyOfRange(bytes, BLOCK, 2 * BLOCK));
    assertThatThrownBy(() -> file.slice(0, 1))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read %s: it was written to while it was in use".formatted(path));
  }

  @Test
  public void aFileThatIsCutShortIsRefused() throws IOException {
    Path path = write(bytes(2 * BLOCK));
    FileContent file = FileOnDisk.open(path);
    Files.write(path, new byte[BLOCK]);
    assertThatThrownBy(() -> file.slice(BLOCK, 1))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: ".formatted(path));
  }

  @Test
  public void threadsThatAreInterruptedReadOn() throws IOException {
    byte[] bytes = bytes(BLOCK + 1);
    FileContent file = FileOnDisk.open(write(bytes));
    Thread.currentThread().interrupt();
    try {
      assertThat(file.bytes()).isEqualTo(bytes);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file.bytes()).isEqualTo(bytes);
  }

  @Test
  public void aTemporaryFileIsWhatWasWritten() throws IOException {
    byte[] bytes = bytes(BLOCK + 7);
    assertThat(FileOnDisk.temporary("some file", out -> out.write(bytes)).bytes()).isEqualTo(bytes);
  }

  @Test
  public void whatCannotBeWrittenIsNamed() {
    assertThatThrownBy(
            () ->
                BundleFiles.temporary(
                    "some file",
                    out -> {
                      out.write(1);
                      throw new IOException("no space");
                    }))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read some file into a temporary file: no space");
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.newFile().toPath(), bytes);
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    seed.random().nextBytes(bytes);
    return bytes;
  }
}
