package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class SafeTensorsTest {

  @Rule public final Seed seed = new Seed();

  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @Test
  public void readsWhatItWrites() {
    Random random = seed.random();
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      int[] shape = random.ints(random.nextInt(4), 1, 5).toArray();
      float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian();
      }
      tensors.put("tensor \"" + random.nextInt() + "\" ä", FloatTensor.of(shape, values));
    }
    byte[] file = SafeTensors.write(new Weights("memory", tensors));
    Weights read = SafeTensors.read("a.safetensors", FileContent.of(file));
    assertThat(read.tensors()).hasSameSizeAs(tensors);
    tensors.forEach(
        (name, tensor) ->
            assertThat(read.require(name, tensor.shape()).toArray())
                .as("%s", name)
                .containsExactly(tensor.toArray()));
    assertThat(SafeTensors.write(read)).isEqualTo(file);
    assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Test
  public void widensHalfPrecisionExactly() {
    short[] f16 = {0x3c00, (short) 0xc000, 0x0001, (short) 0x8000, 0x7bff, 0x3555, 0x7c00};
    float[] wide = {1f, -2f, 0x1p-24f, -0f, 65504f, 0.33325195f, Float.POSITIVE_INFINITY};
    ByteBuffer data = ByteBuffer.allocate(14 + 4).order(ByteOrder.LITTLE_ENDIAN);
    for (short bits : f16) {
      data.putShort(bits);
    }
    data.putShort((short) 0x3f80).putShort((short) 0xc049);
    Weights weights =
        read(
            "{\"half\":{\"dtype\":\"F16\",\"shape\":[7],\"data_offsets\":[0,14]},"
                + "\"brain\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[14,18]}}",
            data.array());
    assertThat(weights.tensors().get("half").toArray()).containsExactly(wide);
    assertThat(weights.require("brain", 2, 1).toArray()).containsExactly(1f, -3.140625f);
  }

  @Test
  public void leavesOutOtherTypesUntilTheyAreNeeded() {
    Weights weights =
        read(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"position_ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}",
            new byte[12]);
    assertThat(weights.tensors()).containsOnlyKeys("a");
    assertThatThrownBy(() -> weights.require("position_ids", 1))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot read a.safetensors: tensor position_ids has type I64 (readable: F32, F16, BF16)");
  }

  @Test
  public void requiresNameShapeAndFiniteValues() {
    Weights weights = new Weights("f", Map.of("a", FloatTensor.of(new int[] {2}, 1, Float.NaN)));
    assertThatThrownBy(() -> weights.require("b", 2))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read f: tensor b is missing");
    assertThatThrownBy(() -> weights.require("a", 1, 2))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read f: tensor a has shape [2] instead of [1, 2]");
    assertThatThrownBy(() -> weights.require("a", 2))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read f: tensor a holds NaN at element 1");
    float[] many = new float[10_000];
    many[9_999] = Float.NEGATIVE_INFINITY;
    Weights large = new Weights("f", Map.of("a", FloatTensor.of(new int[] {100, 100}, many)));
    assertThatThrownBy(() -> large.require("a", 100, 100))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read f: tensor a holds -Infinity at element 9999");
  }

  @Test
  public void refusesForeignAndTruncatedFiles() {
    assertRefused(new byte[3], "3 bytes are no safetensors file");
    assertRefused(
        "PK\3\4 a zip archive of PyTorch".getBytes(StandardCharsets.UTF_8),
        "it claims a header of 8800140462016121680 bytes in a file of 29: "
            + "truncated, or no safetensors file");
    byte[] whole = file(ONE, new byte[8]);
    assertRefused(
        Arrays.copyOf(whole, 30),
        "it claims a header of 54 bytes in a file of 30: truncated, or no safetensors file");
    assertRefused(
        Arrays.copyOf(whole, whole.length - 1),
        "tensor a lies at bytes 0 to 8 of 7: the file is truncated or damaged");
    assertRefused(
        file("[1,2,3]", new byte[0]), "its header is no JSON object: no safetensors file");
    assertRefused(
        file("{\"a\":", new byte[0]), "its header is not JSON: damaged, or no safetensors file");
  }

  @Test
  public void refusesHeadersThatContradictTheData() {
    assertRefused(
        file(ONE.replace("[2]", "[3]"), new byte[8]),
        "tensor a of type F32 and shape [3] has 8 bytes");
    assertRefused(
        file(ONE.replace("[2]", "[65536,65536,65536,65536,2]"), new byte[8]),
        "tensor a of type F32 and shape [65536, 65536, 65536, 65536, 2] has 8 bytes");
    assertRefused(
        file(ONE.replace("[2]", "[-2]"), new byte[8]),
        "tensor a has a malformed header: "
            + "{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}");
    assertRefused(file("{\"a\":7}", new byte[0]), "tensor a has a malformed header: 7");
    assertRefused(
        file(ONE.replace("}}", "}," + ONE.substring(1)), new byte[8]),
        "tensor a stands twice in the header");
    String second = "}," + ONE.substring(1).replace("\"a\"", "\"b\"");
    assertRefused(file(ONE.replace("}}", second), new byte[8]), "tensor b overlaps tensor a");
    assertRefused(
        file(ONE.replace("}}", second.replace("[0,8]", "[12,20]")), new byte[20]),
        "tensor b leaves a gap after tensor a");
    assertRefused(file(ONE, new byte[9]), "1 bytes after tensor a belong to no tensor");
  }

  @Test
  public void anyDamageEndsInOneKindOfException() {
    Random random = seed.random();
    byte[] whole = file(ONE, new byte[8]);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        SafeTensors.read("a.safetensors", FileContent.of(damaged));
      } catch (BundleException e) {
        assertThat(e).hasMessageStartingWith("Cannot read a.safetensors: ");
      } catch (RuntimeException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> SafeTensors.read("a.safetensors", FileContent.of(file)))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read a.safetensors: " + reason);
  }

  private static Weights read(String header, byte[] data) {
    return SafeTensors.read("a.safetensors", FileContent.of(file(header, data)));
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
