package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.sun.management.ThreadMXBean;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FileContent;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.JsonMutation;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Ten thousand damaged or hostile files end in a model or in a message: no other exception, no
 * crash of the native tokenizer, and no memory beyond a multiple of the file.
 */
public class MutatedModelsTest {

  private static final int HANG = 300_000;

  /** JSON trees, weights twice, the work of an evaluated graph. */
  private static final long BYTES_PER_BYTE = 100;

  private static final long BYTES = 16 << 20;

  private static final String TEXT =
      "The cat's ganz große 中文 [SEP] xxxxxxxxxxxxxxxxxxxxxx\u0000 e\u0301!";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Seed seed = new Seed();

  private final Random random = seed.random();
  private final Bundle encoder =
      RandomBundles.bundle(
          7, new EncoderShape(2, 12, 3, 20), 16, List.of(), Pooling.MEAN, RandomBundles.PLAIN);
  private final Bundle classifier =
      RandomBundles.bundle(
          7,
          new EncoderShape(2, 12, 3, 20),
          16,
          List.of("x", "y", "z"),
          Pooling.CLS_POOLER,
          RandomBundles.PLAIN);
  private long largest;
  private int accepted;

  @Test(timeout = HANG)
  public void bundles() {
    Map<String, byte[]> files = bytes(BundleFiles.of(classifier).contents());
    int[] counts = {1500, 2000, 1500, 1000};
    for (int file = 0; file < counts.length; file++) {
      String name = BundleFiles.NAMES.get(file);
      for (int i = 0; i < counts[file]; i++) {
        Map<String, byte[]> mutated = new LinkedHashMap<>(files);
        mutated.put(name, mutate(name, files.get(name)));
        check(
            mutated.get(name),
            () -> BundleFiles.of("bundle", contents(mutated)).parse(),
            "bundle/[a-z_]+\\.[a-z]+: ");
      }
    }
    report("bundles");
  }

  @Test(timeout = HANG)
  public void directories() throws IOException {
    Path directory = folder.newFolder("model").toPath();
    Map<String, byte[]> files = bytes(BundleFiles.of(classifier).contents());
    files.remove(BundleFiles.SETTINGS);
    files.put(
        ImportedTokenizer.VOCABULARY,
        String.join("\n", RandomBundles.vocabulary()).getBytes(StandardCharsets.UTF_8));
    files.put(
        "tokenizer_config.json",
        ("{\"tokenizer_class\":\"BertTokenizer\",\"do_lower_case\":true,\"strip_accents\":null,"
                + "\"tokenize_chinese_chars\":true,\"model_max_length\":512,\"never_split\":null,"
                + "\"cls_token\":\"[CLS]\",\"unk_token\":\"[UNK]\",\"added_tokens_decoder\":{}}")
            .getBytes(StandardCharsets.UTF_8));
    files.put(
        "special_tokens_map.json", "{\"sep_token\":\"[SEP]\"}".getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
    for (String name : files.keySet()) {
      // The vocabulary is read where there is no tokenizer.json.
      Path other = directory.resolve(BundleFiles.TOKENIZER);
      if (name.equals(ImportedTokenizer.VOCABULARY)) {
        Files.delete(other);
      }
      for (int i = 0; i < 330; i++) {
        byte[] mutated = mutate(name, files.get(name));
        Files.write(directory.resolve(name), mutated);
        check(
            mutated,
            () -> ModelImporter.importFrom(directory.toString(), directory),
            "/model(/[a-z_]+\\.[a-z]+)?: ");
      }
      Files.write(directory.resolve(name), files.get(name));
    }
    report("directories");
  }

  @Test(timeout = HANG)
  public void onnx() {
    byte[] tokenizer = encoder.tokenizer().getBytes(StandardCharsets.UTF_8);
    ModelProto plain = OnnxExport.of(encoder);
    ModelProto whole = OnnxExport.of(encoder, OnnxExport.Form.values());
    for (int i = 0; i < 2100; i++) {
      ModelProto model = random.nextBoolean() ? plain : whole;
      byte[] mutated =
          random.nextInt(3) == 0 ? bytes(model.toByteArray()) : graph(model).toByteArray();
      check(
          mutated,
          () -> OnnxImporter.importFrom("a.onnx", "a.onnx", mutated, "tokenizer.json", tokenizer),
          "a\\.onnx: ");
    }
    report("onnx");
  }

  /**
   * Reads a model.
   *
   * @param names what a message must name: another file may be the one that does not fit
   */
  private void check(byte[] mutated, Supplier<Bundle> read, String names) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Bundle bundle = null;
    try {
      bundle = read.get();
    } catch (BundleException e) {
      assertThat(e.getMessage()).matches("(?s)\\p{Lu}.*").doesNotContain("\n");
      assertThat(e.getMessage()).containsPattern(names);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(shown(mutated), e);
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    largest = Math.max(largest, taken - BYTES_PER_BYTE * mutated.length);
    assertThat(taken).as(() -> shown(mutated)).isLessThan(BYTES + BYTES_PER_BYTE * mutated.length);
    if (bundle != null) {
      accepted++;
      tokenize(bundle, mutated);
    }
  }

  private static Map<String, byte[]> bytes(Map<String, FileContent> contents) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    contents.forEach((name, content) -> bytes.put(name, content.bytes()));
    return bytes;
  }

  private static Map<String, FileContent> contents(Map<String, byte[]> bytes) {
    Map<String, FileContent> contents = new LinkedHashMap<>();
    bytes.forEach((name, file) -> contents.put(name, FileContent.of(file)));
    return contents;
  }

  private static void tokenize(Bundle bundle, byte[] mutated) {
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer())) {
      for (long id : tokenizer.wordPieces(TEXT)) {
        assertThat(id).isBetween(0L, bundle.config().vocabularySize() - 1L);
      }
    } catch (BundleException e) {
      assertThat(e).hasMessageStartingWith("Cannot read tokenizer.json: ");
    } catch (RuntimeException e) {
      throw new AssertionError(shown(mutated), e);
    }
  }

  private byte[] mutate(String name, byte[] file) {
    if (random.nextInt(4) == 0) {
      return bytes(file);
    }
    if (name.equals(BundleFiles.WEIGHTS)) {
      return header(file);
    }
    return name.endsWith(".json") ? JsonMutation.mutate(file, random) : lines(file);
  }

  /** Bytes changed, left out, put in or cut off. */
  private byte[] bytes(byte[] file) {
    byte[] changed = file.clone();
    int at = random.nextInt(file.length);
    int length = Math.min(1 << random.nextInt(8), file.length - at);
    switch (random.nextInt(5)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> {
        for (int i = 0; i < 20; i++) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
      }
      case 2 -> changed = Arrays.copyOf(file, at);
      case 3 -> changed = join(file, at, at + length, new byte[0]);
      default -> changed = join(file, at, at, Arrays.copyOfRange(file, at, at + length));
    }
    return changed;
  }

  private static byte[] join(byte[] file, int from, int to, byte[] between) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(file, 0, from);
    bytes.writeBytes(between);
    bytes.write(file, to, file.length - to);
    return bytes.toByteArray();
  }

  /** A safetensors file whose header is changed as JSON is, with its length or another. */
  private byte[] header(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) buffer.getLong(0);
    byte[] header = JsonMutation.mutate(Arrays.copyOfRange(file, 8, 8 + length), random);
    byte[] changed =
        ByteBuffer.allocate(file.length - length + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(random.nextInt(10) == 0 ? random.nextLong() : header.length)
            .put(header)
            .put(file, 8 + length, file.length - 8 - length)
            .array();
    return changed;
  }

  /** Lines doubled, left out, exchanged or strange. */
  private byte[] lines(byte[] file) {
    String[] lines = new String(file, StandardCharsets.UTF_8).split("\n", -1);
    int at = random.nextInt(lines.length);
    List<String> strange =
        List.of("", " ", "[CLS]", "\ufeffa", "##", "a\rb", "x".repeat(10_000), "\u0000");
    lines[at] =
        switch (random.nextInt(3)) {
          case 0 -> lines[random.nextInt(lines.length)];
          case 1 -> lines[at] + "\n" + lines[at];
          default -> strange.get(random.nextInt(strange.size()));
        };
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  /** One to three changes of nodes, attributes, constants, inputs and outputs. */
  private ModelProto graph(ModelProto model) {
    ModelProto.Builder changed = model.toBuilder();
    GraphProto.Builder graph = changed.getGraphBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(graph.getNodeCount());
      NodeProto.Builder node = graph.getNodeBuilder(at);
      NodeProto other = graph.getNode(random.nextInt(graph.getNodeCount()));
      switch (random.nextInt(9)) {
        case 0 -> node.setOpType(other.getOpType());
        case 1 -> graph.removeNode(at);
        case 2 -> graph.addNode(at, other);
        case 3 -> node.addInput(other.getOutput(0));
        case 4 -> {
          if (node.getInputCount() > 0) {
            node.setInput(random.nextInt(node.getInputCount()), other.getOutput(0));
          }
        }
        case 5 -> {
          if (node.getAttributeCount() > 0) {
            attribute(node.getAttributeBuilder(random.nextInt(node.getAttributeCount())));
          }
        }
        case 6 -> graph.getOutputBuilder(0).setName(other.getOutput(0));
        case 7 -> tensor(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())));
        default ->
            node.addAttribute(
                AttributeProto.newBuilder().setName("axis").setI(number()).addInts(number()));
      }
    }
    return changed.build();
  }

  private void attribute(AttributeProto.Builder attribute) {
    switch (random.nextInt(4)) {
      case 0 -> attribute.setI(number());
      case 1 -> attribute.addInts(number());
      case 2 -> attribute.setF((float) random.nextGaussian());
      default -> tensor(attribute.getTBuilder());
    }
  }

  private void tensor(TensorProto.Builder tensor) {
    switch (random.nextInt(6)) {
      case 0 -> tensor.addDims(number());
      case 1 -> tensor.clearDims();
      case 2 -> tensor.setDataType(random.nextInt(20));
      case 3 -> tensor.clearInt64Data().addInt64Data(number());
      case 4 -> tensor.addFloatData((float) random.nextGaussian());
      default -> {
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(random.nextInt(tensor.getDimsCount()), number());
        } else if (tensor.getInt64DataCount() > 0) {
          tensor.setInt64Data(0, number());
        }
      }
    }
  }

  private long number() {
    long[] numbers = {
      0,
      1,
      -1,
      2,
      3,
      4,
      12,
      16,
      1000,
      1 << 20,
      Integer.MAX_VALUE,
      1L << 40,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    return numbers[random.nextInt(numbers.length)];
  }

  private static String shown(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    return text.length() > 3000 ? text.substring(0, 3000) : text;
  }

  private void report(String what) {
    System.out.printf(
        "%s: %s accepted, at most %s bytes beyond %s for a byte%n",
        what, accepted, Math.max(0, largest), BYTES_PER_BYTE);
  }
}
