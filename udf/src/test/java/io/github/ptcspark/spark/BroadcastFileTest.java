package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.FileContent;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.Serialized;
import io.github.ptcspark.testing.SparkTest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.Rule;
import org.junit.Test;

public class BroadcastFileTest extends SparkTest {

  private static final int PIECE = 4_000_000;

  @Rule public final Seed seed = new Seed();

  @Test
  public void everyRangeArrives() {
    Random random = seed.random();
    for (int size : new int[] {0, 1, PIECE, PIECE + 1, 2 * PIECE + 17}) {
      byte[] bytes = bytes(size);
      BroadcastFile sent = broadcast(bytes);
      BroadcastFile file = Serialized.copy(sent);
      assertThat(file.size()).isEqualTo(size);
      assertThat(file.bytes()).isEqualTo(bytes);
      for (int i = 0; i < 10; i++) {
        int from = random.nextInt(size + 1);
        int length = random.nextInt(size - from + 1);
        assertThat(file.slice(from, length).array())
            .as("%s bytes from %s of %s", length, from, size)
            .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
      }
      // Spark takes back what nobody on the driver refers to.
      sent.destroy();
    }
  }

  @Test
  public void tasksReadWithoutTheBytesTravellingWithThem() {
    byte[] bytes = bytes(PIECE + 1);
    BroadcastFile file = broadcast(bytes);
    file.slice(0, 1);
    assertThat(Serialized.bytes(file)).isLessThan(100_000);
    List<Integer> hashes =
        context()
            .parallelize(List.of(1, 2), 2)
            .map(task -> Arrays.hashCode(file.bytes()))
            .collect();
    assertThat(hashes).containsOnly(Arrays.hashCode(bytes));
    file.destroy();
  }

  @Test
  public void whatIsDestroyedCannotBeRead() {
    BroadcastFile file = broadcast(bytes(10));
    file.destroy();
    assertThatThrownBy(() -> file.slice(0, 1)).hasMessageContaining("destroyed");
  }

  private static BroadcastFile broadcast(byte[] bytes) {
    return BroadcastFile.of(context(), FileContent.of(bytes));
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark().sparkContext());
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    seed.random().nextBytes(bytes);
    return bytes;
  }
}
