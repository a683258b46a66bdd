package io.github.ptcspark.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.SafeTensorsHeader.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and writes safetensors files: the length of the header in 8 bytes little-endian, the header
 * as JSON, then the bytes of the tensors without gaps.
 *
 * <p>F16 and BF16 are widened; tensors of other types are left out, because a BERT has none that
 * matter (position ids, for instance). Only F32 is written.
 */
public final class SafeTensors {

  private static final int LENGTH_BYTES = 8;

  /** As of the format's own library. */
  private static final int LONGEST_HEADER = 100_000_000;

  private SafeTensors() {}

  /**
   * Reads all tensors.
   *
   * @param source the file, for messages
   * @param file the whole file; the tensors keep referring to it
   * @throws BundleException if the file is truncated, damaged or of another format
   */
  public static Weights read(String source, FileContent file) {
    if (file.size() < LENGTH_BYTES) {
      throw SafeTensorsHeader.cannotRead(
          source, "%s bytes are no safetensors file".formatted(file.size()));
    }
    long header = file.slice(0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (header < 2 || header > file.size() - LENGTH_BYTES) {
      throw SafeTensorsHeader.cannotRead(
          source,
          "it claims a header of %s bytes in a file of %s: truncated, or no safetensors file"
              .formatted(Long.toUnsignedString(header), file.size()));
    }
    if (header > LONGEST_HEADER) {
      throw SafeTensorsHeader.cannotRead(
          source,
          "its header has %s bytes, more than the %s of the format"
              .formatted(header, LONGEST_HEADER));
    }
    byte[] json = new byte[(int) header];
    file.read(LENGTH_BYTES, ByteBuffer.wrap(json));
    long data = LENGTH_BYTES + header;

    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    for (Entry entry : SafeTensorsHeader.read(source, json, file.size() - data)) {
      long begin = data + entry.begin();
      switch (entry.type()) {
        case "F32" -> tensors.put(entry.name(), new FloatTensor(entry.sizes(), file, begin));
        case "F16" -> tensors.put(entry.name(), widened(entry, file, begin, HalfFloats::f16));
        case "BF16" -> tensors.put(entry.name(), widened(entry, file, begin, HalfFloats::bf16));
        default -> skipped.put(entry.name(), entry.type());
      }
    }
    return new Weights(source, tensors, skipped);
  }

  private static FloatTensor widened(
      Entry entry, FileContent file, long begin, HalfFloats.Widening widening) {
    int values = (int) ((entry.end() - entry.begin()) / Short.BYTES);
    return new FloatTensor(entry.sizes(), new HalfFloats(file, begin, values, widening), 0);
  }

  /** Writes all tensors as F32, sorted by name; the same tensors give the same bytes. */
  public static byte[] write(Weights weights) {
    Map<String, FloatTensor> tensors = new TreeMap<>(weights.tensors());
    ObjectNode header = JsonDocument.create();
    header.putObject(SafeTensorsHeader.METADATA).put("format", "pt");
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
          "Cannot write model.safetensors: %s bytes of weights are more than the %s that fit in it"
              .formatted(offset, BundleFiles.MAX_FILE_BYTES));
    }
    ByteBuffer file =
        ByteBuffer.allocate((int) (LENGTH_BYTES + padded + offset)).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json);
    while (file.position() < LENGTH_BYTES + padded) {
      file.put((byte) ' ');
    }
    tensors.values().forEach(tensor -> tensor.forEachBlock(file::put));
    return file.array();
  }
}
