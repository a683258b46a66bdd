package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.Lz4Codec;
import org.apache.hadoop.io.compress.SnappyCodec;
import org.apache.hadoop.util.ReflectionUtils;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.xerial.snappy.SnappyFramedOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/** What others compress is read, and what is not read is refused. */
public class CompressionTest {

  private static final Configuration CONFIGURATION = new Configuration();

  /** Formats without a sum of the data, in which not every damage can be told. */
  private static final Set<String> WITHOUT_SUM =
      Set.of("hadoop.lz4", "hadoop.snappy", "xerial.snappy");

  private static final Map<String, Writer> WRITERS = writers();

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private interface Writer {

    OutputStream open(OutputStream target) throws IOException;
  }

  private static Map<String, Writer> writers() {
    Map<String, Writer> writers = new LinkedHashMap<>();
    writers.put("a.gz", GZIPOutputStream::new);
    writers.put("a.deflate", DeflaterOutputStream::new);
    writers.put("a.bz2", codec(BZip2Codec.class));
    writers.put("a.zst", target -> new ZstdOutputStream(target).setChecksum(true));
    writers.put(
        "frame.lz4",
        target ->
            new LZ4FrameOutputStream(
                target,
                LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
                -1,
                LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM,
                LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE));
    writers.put("hadoop.lz4", codec(Lz4Codec.class));
    writers.put("frame.snappy", SnappyFramedOutputStream::new);
    writers.put("hadoop.snappy", codec(SnappyCodec.class));
    writers.put("xerial.snappy", SnappyOutputStream::new);
    return writers;
  }

  private static Writer codec(Class<? extends CompressionCodec> type) {
    CompressionCodec codec = ReflectionUtils.newInstance(type, CONFIGURATION);
    return codec::createOutputStream;
  }

  @Test
  public void whatOthersWriteIsReadAlsoInSeveralPieces() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (Map.Entry<String, Writer> writer : WRITERS.entrySet()) {
      for (int length : new int[] {0, 1, 100, random.nextInt(150_000)}) {
        byte[] first = data(random, length);
        byte[] second = data(random, random.nextInt(100_000));
        String name = "seed %s, %s, %s bytes".formatted(seed, writer.getKey(), length);
        byte[] one = compress(writer.getValue(), first);
        assertThat(read(writer.getKey(), one)).as(name).isEqualTo(new Outcome(first, false));
        byte[] two = together(one, compress(writer.getValue(), second));
        assertThat(read(writer.getKey(), two))
            .as(name + ", twice")
            .isEqualTo(new Outcome(together(first, second), false));
      }
    }
  }

  @Test
  public void whatBreaksOffIsDamagedAndNothingIsMadeUp() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (Map.Entry<String, Writer> writer : WRITERS.entrySet()) {
      byte[] data = data(random, 50_000 + random.nextInt(100_000));
      byte[] whole = compress(writer.getValue(), data);
      for (int i = 0; i < 15; i++) {
        int length = Compression.HEAD + random.nextInt(whole.length - Compression.HEAD);
        String name = "seed %s, %s, %s bytes".formatted(seed, writer.getKey(), length);
        Outcome outcome = read(writer.getKey(), Arrays.copyOf(whole, length));
        assertThat(outcome.bytes()).as(name).isEqualTo(Arrays.copyOf(data, outcome.bytes().length));
        if (!outcome.damaged()) { // Between two blocks or chunks, where files may end.
          assertThat(writer.getKey())
              .as(name)
              .isIn("hadoop.lz4", "hadoop.snappy", "frame.snappy", "xerial.snappy");
        }
      }
    }
  }

  @Test
  public void aChangedByteIsNeverReadAsData() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (Map.Entry<String, Writer> writer : WRITERS.entrySet()) {
      byte[] data = data(random, 20_000 + random.nextInt(100_000));
      byte[] whole = compress(writer.getValue(), data);
      for (int i = 0; i < 25; i++) {
        byte[] changed = whole.clone();
        int at = random.nextInt(whole.length);
        changed[at] ^= (byte) (1 + random.nextInt(255));
        String name = "seed %s, %s, byte %s".formatted(seed, writer.getKey(), at);
        try {
          Outcome outcome = read(writer.getKey(), changed);
          if (!outcome.damaged() && !WITHOUT_SUM.contains(writer.getKey())) {
            assertThat(outcome.bytes()).as(name).isEqualTo(data);
          }
        } catch (IOException e) { // The first bytes.
          assertThat(at).as(name).isLessThan(Compression.HEAD);
        }
      }
    }
  }

  @Test
  public void filesOfOtherProgramsAreRead() throws Exception {
    String digest = "9da480a6a93e352c72e70c0f4fc1c0d3810c0afb69675d4bb22066938d097630";
    for (String name :
        new String[] {"linked-blocks.jsonl.lz4", "frames.jsonl.snappy", "two-frames.jsonl.zst"}) {
      Outcome outcome = read(name, resource(name));
      assertThat(outcome.damaged()).as(name).isFalse();
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(outcome.bytes());
      assertThat(HexFormat.of().formatHex(sum)).as(name).isEqualTo(digest);
    }
    for (String name : new String[] {"a.jsonl.lz4", "a.jsonl.zst"}) {
      assertThat(new String(read(name, resource(name)).bytes(), StandardCharsets.UTF_8).lines())
          .hasSize(4)
          .first()
          .asString()
          .startsWith("{\"id\": \"r0\", \"text\": \"The ship left the harbour at night");
    }
  }

  @Test
  public void theBytesDecideAmongFormatsThatAreRead() throws IOException {
    byte[] data = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
    assertThat(read("a.gz", compress(WRITERS.get("a.zst"), data)))
        .isEqualTo(new Outcome(data, false));
    assertThat(read("a.LZ4", compress(WRITERS.get("a.gz"), data)))
        .isEqualTo(new Outcome(data, false));
    assertThat(read("A.TXT.GZ", compress(WRITERS.get("a.gz"), data)))
        .isEqualTo(new Outcome(data, false));
  }

  @Test
  public void zerosBehindGzipArePaddingAndOtherBytesAreDamage() throws IOException {
    byte[] data = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
    byte[] gzip = compress(WRITERS.get("a.gz"), data);
    assertThat(read("a.gz", together(gzip, new byte[20_000]))).isEqualTo(new Outcome(data, false));
    for (String name : new String[] {"a.gz", "a.deflate", "a.bz2", "a.zst", "frame.lz4"}) {
      byte[] whole = compress(WRITERS.get(name), data);
      byte[] garbage = "garbage here".getBytes(StandardCharsets.UTF_8);
      assertThat(read(name, together(whole, garbage)).damaged()).as(name).isTrue();
    }
  }

  @Test
  public void aHeaderWithAllFieldsIsRead() throws IOException {
    byte[] data = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
    byte[] gzip = compress(WRITERS.get("a.gz"), data);
    byte[] header = Arrays.copyOf(gzip, 10);
    header[3] = 0x1e; // FHCRC, FEXTRA, FNAME, FCOMMENT
    byte[] fields = {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 'c', 0, 1, 2};
    byte[] rest = Arrays.copyOfRange(gzip, 10, gzip.length);
    assertThat(read("a.gz", together(together(header, fields), rest)))
        .isEqualTo(new Outcome(data, false));
  }

  @Test
  public void whatIsNotReadIsRefusedByItsFirstBytes() {
    String read = "; .gz, .bz2, .zst, .deflate, .lz4, .snappy are";
    Map<String, String> refused =
        Map.of(
            "fd377a585a000004e6d6", "xz is not decompressed here",
            "504b03041400000008000000", "zip is not decompressed here",
            "1f9d9061626364656667", "compress (.Z) is not decompressed here",
            "377abcaf271c00040000", "7-Zip is not decompressed here");
    refused.forEach(
        (head, message) -> {
          for (String name : new String[] {"a.jsonl", "a.jsonl.gz", "a.txt.lz4"}) {
            assertThatThrownBy(() -> read(name, HexFormat.of().parseHex(head)))
                .isInstanceOf(IOException.class)
                .hasMessage(message + read);
          }
        });
    assertThatThrownBy(() -> read("a.txt.br", new byte[] {11, 2}))
        .hasMessage(".br is not decompressed here" + read);
  }

  @Test
  public void aNameAndBytesThatContradictEachOtherAreRefused() throws IOException {
    byte[] text = "{\"text\": \"plain\"}\n".getBytes(StandardCharsets.UTF_8);
    for (String extension : new String[] {"gz", "bz2", "zst", "deflate", "lz4", "snappy"}) {
      assertThatThrownBy(() -> read("a.jsonl." + extension, text))
          .as(extension)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "its name says that it is compressed (.%s), its first bytes are not (%s)",
              extension, HexFormat.of().formatHex(text, 0, Compression.HEAD));
    }
    byte[] gzip = compress(WRITERS.get("a.gz"), text);
    assertThatThrownBy(() -> read("a.jsonl", gzip))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it is compressed (gzip), which its name does not say");
    assertThat(read("a.gz", new byte[0])).isEqualTo(new Outcome(new byte[0], false));
  }

  /** What was read, byte by byte as characters, and whether that ended with damage. */
  private record Outcome(String data, boolean damaged) {

    Outcome(byte[] data, boolean damaged) {
      this(new String(data, StandardCharsets.ISO_8859_1), damaged);
    }

    byte[] bytes() {
      return data.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return "%s bytes%s".formatted(data.length(), damaged ? ", damaged" : "");
    }
  }

  private Outcome read(String name, byte[] stored) throws IOException {
    Path file = Files.write(folder.getRoot().toPath().resolve(name), stored);
    FileRange range = FileRange.whole(new org.apache.hadoop.fs.Path(file.toUri()));
    try (RangeInput input = RangeInput.open(range, CONFIGURATION)) {
      byte[] bytes = input.readAllBytes();
      Optional<String> damage = input.damage();
      damage.ifPresent(reason -> assertThat(reason).startsWith("the compressed data is damaged ("));
      return new Outcome(bytes, damage.isPresent());
    }
  }

  private static byte[] resource(String name) throws IOException {
    return CompressionTest.class.getResourceAsStream("/compressed/" + name).readAllBytes();
  }

  private static byte[] compress(Writer writer, byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = writer.open(bytes)) {
      stream.write(data);
    }
    return bytes.toByteArray();
  }

  /** Words and noise, so that there is something to compress and not everywhere. */
  private static byte[] data(Random random, int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    int at = 0;
    while (at < length) {
      int run = Math.min(length - at, random.nextInt(5000));
      if (random.nextInt(3) > 0) {
        for (int i = at; i < at + run; i++) {
          data[i] = (byte) "the cat sat on a mat\n".charAt(i % 21);
        }
      }
      at += run + 1;
    }
    return data;
  }

  private static byte[] together(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
