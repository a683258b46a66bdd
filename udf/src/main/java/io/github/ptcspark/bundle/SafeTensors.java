package io.github.ptcspark.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and writes safetensors files: the length of the header in 8 bytes little-endian, the header
 * as JSON, then the bytes of the tensors without gaps.
 *
 * <p>F32 is read in place, F16 and BF16 are widened; tensors of other types are left out, because a
 * BERT has none that matter (position ids, for instance). Only F32 is written.
 */
public final class SafeTensors {

  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());
  private static final int LENGTH_BYTES = 8;
  private static final String METADATA = "__metadata__";

  /** A tensor as the header describes it; offsets count from the end of the header. */
  private record Entry(String name, String type, List<Integer> shape, long begin, long end) {
    int[] sizes() {
      return shape.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private SafeTensors() {}

  /**
   * Reads all tensors.
   *
   * @param source the file, for messages
   * @param file the whole file between position and limit; the tensors keep referring to it
   * @throws BundleException if the file is truncated, damaged or of another format
   */
  public static Weights read(String source, ByteBuffer file) {
    ByteBuffer bytes = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < LENGTH_BYTES) {
      throw cannotRead(source, "%d bytes are no safetensors file".formatted(bytes.remaining()));
    }
    long header = bytes.getLong(0);
    if (header < 2 || header > bytes.remaining() - LENGTH_BYTES) {
      throw cannotRead(
          source,
          "it claims a header of %s bytes in a file of %d: truncated, or no safetensors file"
              .formatted(Long.toUnsignedString(header), bytes.remaining()));
    }
    ByteBuffer data =
        bytes.slice(LENGTH_BYTES + (int) header, bytes.limit() - LENGTH_BYTES - (int) header);
    byte[] json = new byte[(int) header];
    bytes.get(LENGTH_BYTES, json);
    Map<String, Entry> entries = entries(source, json);
    checkLayout(source, entries, data.remaining());

    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      ByteBuffer slice = data.slice((int) entry.begin, (int) (entry.end - entry.begin));
      switch (entry.type) {
        case "F32" -> tensors.put(entry.name, new FloatTensor(entry.sizes(), slice));
        case "F16" -> tensors.put(entry.name, HalfFloats.widenF16(entry.sizes(), slice));
        case "BF16" -> tensors.put(entry.name, HalfFloats.widenBf16(entry.sizes(), slice));
        default -> skipped.put(entry.name, entry.type);
      }
    }
    return new Weights(source, tensors, skipped);
  }

  /** Writes all tensors as F32, sorted by name; the same tensors give the same bytes. */
  public static byte[] write(Weights weights) {
    Map<String, FloatTensor> tensors = new TreeMap<>(weights.tensors());
    ObjectNode header = JSON.createObjectNode();
    header.putObject(METADATA).put("format", "pt");
    long offset = 0;
    for (Map.Entry<String, FloatTensor> tensor : tensors.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      Arrays.stream(tensor.getValue().shape()).forEach(entry.putArray("shape")::add);
      long end = offset + 4L * tensor.getValue().size();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    if (LENGTH_BYTES + padded + offset > BundleFiles.MAX_FILE_BYTES) {
      throw new BundleException(
          "Cannot write model.safetensors: %d bytes of weights are more than the %d that fit in it"
              .formatted(offset, BundleFiles.MAX_FILE_BYTES));
    }
    ByteBuffer file =
        ByteBuffer.allocate((int) (LENGTH_BYTES + padded + offset)).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json);
    while (file.position() < LENGTH_BYTES + padded) {
      file.put((byte) ' ');
    }
    tensors.values().forEach(tensor -> file.put(tensor.bytes()));
    return file.array();
  }

  private static Map<String, Entry> entries(String source, byte[] json) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw cannotRead(source, "its header is no JSON object: no safetensors file");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        JsonNode value = JSON.readTree(parser);
        if (!name.equals(METADATA) && entries.put(name, entry(source, name, value)) != null) {
          throw cannotRead(source, "tensor %s stands twice in the header".formatted(name));
        }
      }
    } catch (IOException e) {
      throw new BundleException(
          "Cannot read %s: its header is not JSON: damaged, or no safetensors file"
              .formatted(source),
          e);
    }
    return entries;
  }

  private static Entry entry(String source, String name, JsonNode value) {
    JsonNode shape = value.path("shape");
    JsonNode offsets = value.path("data_offsets");
    boolean sound =
        value.path("dtype").isTextual()
            && shape.isArray()
            && offsets.size() == 2
            && offsets.get(0).canConvertToLong()
            && offsets.get(1).canConvertToLong();
    for (JsonNode size : shape) {
      sound &= size.isIntegralNumber() && size.canConvertToInt() && size.intValue() >= 0;
    }
    if (!sound) {
      throw cannotRead(source, "tensor %s has a malformed header: %s".formatted(name, value));
    }
    List<Integer> sizes = new ArrayList<>();
    shape.forEach(size -> sizes.add(size.intValue()));
    return new Entry(
        name,
        value.get("dtype").textValue(),
        sizes,
        offsets.get(0).longValue(),
        offsets.get(1).longValue());
  }

  /** Tensors lie side by side, fill the file and are as long as type and shape say. */
  private static void checkLayout(String source, Map<String, Entry> entries, long available) {
    List<Entry> ordered =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long position = 0;
    String before = "the header";
    for (Entry entry : ordered) {
      if (entry.begin < 0 || entry.end < entry.begin || entry.end > available) {
        throw cannotRead(
            source,
            "tensor %s lies at bytes %d to %d of %d: the file is truncated or damaged"
                .formatted(entry.name, entry.begin, entry.end, available));
      }
      if (entry.begin != position) {
        throw cannotRead(
            source,
            "tensor %s %s %s"
                .formatted(
                    entry.name,
                    entry.begin < position ? "overlaps" : "leaves a gap after",
                    before));
      }
      checkSize(source, entry);
      position = entry.end;
      before = "tensor " + entry.name;
    }
    if (position != available) {
      throw cannotRead(
          source, "%d bytes after %s belong to no tensor".formatted(available - position, before));
    }
  }

  private static void checkSize(String source, Entry entry) {
    int width =
        switch (entry.type) {
          case "F32" -> 4;
          case "F16", "BF16" -> 2;
          default -> 0;
        };
    double elements = 1;
    for (int size : entry.shape) {
      elements *= size;
    }
    boolean fits = 4 * elements <= BundleFiles.MAX_FILE_BYTES;
    if (width > 0 && !(fits && width * elements == entry.end - entry.begin)) {
      throw cannotRead(
          source,
          "tensor %s of type %s and shape %s has %d bytes"
              .formatted(entry.name, entry.type, entry.shape, entry.end - entry.begin));
    }
  }

  private static BundleException cannotRead(String source, String reason) {
    return new BundleException("Cannot read %s: %s".formatted(source, reason));
  }
}
