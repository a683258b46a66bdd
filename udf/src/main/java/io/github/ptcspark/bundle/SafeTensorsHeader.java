package io.github.ptcspark.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the header of a safetensors file and checks it against the bytes that follow. */
final class SafeTensorsHeader {

  /** The key that describes the file instead of a tensor. */
  static final String METADATA = "__metadata__";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  /** A tensor as the header describes it; offsets count from the end of the header. */
  record Entry(String name, String type, List<Integer> shape, long begin, long end) {
    int[] sizes() {
      return shape.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private SafeTensorsHeader() {}

  /**
   * The tensors in the order of the header.
   *
   * @param available bytes after the header
   */
  static List<Entry> read(String source, byte[] json, long available) {
    Map<String, Entry> entries = entries(source, json);
    checkLayout(source, entries, available);
    return List.copyOf(entries.values());
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
      if (parser.nextToken() != null) {
        throw cannotRead(source, "something follows its header: damaged, or no safetensors file");
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
            && offsets.isArray()
            && offsets.size() == 2
            && isOffset(offsets.get(0))
            && isOffset(offsets.get(1));
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

  private static boolean isOffset(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong();
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
            "tensor %s lies at bytes %s to %s of %s: the file is truncated or damaged"
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
          source, "%s bytes after %s belong to no tensor".formatted(available - position, before));
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
          "tensor %s of type %s and shape %s has %s bytes"
              .formatted(entry.name, entry.type, entry.shape, entry.end - entry.begin));
    }
  }

  static BundleException cannotRead(String source, String reason) {
    return new BundleException("Cannot read %s: %s".formatted(source, reason));
  }
}
