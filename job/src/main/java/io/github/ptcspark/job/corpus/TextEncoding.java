package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The encoding of text files: that of the byte order mark with which a file begins, or else the one
 * that the user names, or else UTF-8.
 */
final class TextEncoding implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Encodings of UTF-16 and UTF-32 in which Java looks for a mark, and what it takes without. */
  private static final Map<String, String> WITH_ORDER =
      Map.of(
          "X-UTF-16LE-BOM", "UTF-16LE",
          "X-UTF-32LE-BOM", "UTF-32LE",
          "X-UTF-32BE-BOM", "UTF-32BE");

  private final String name;

  private TextEncoding(String name) {
    this.name = name;
  }

  /**
   * The encoding of some files.
   *
   * @param name the one that the user names, if any
   * @throws JobException if Java does not know it or cannot say how a line ends in it
   */
  static TextEncoding of(Optional<String> name) {
    name.ifPresent(TextEncoding::check);
    return new TextEncoding(name.orElse(null));
  }

  private static void check(String name) {
    Charset charset;
    try {
      charset = Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw new JobException(
          "Cannot read text in the encoding \""
              + name
              + "\": Java has none of that name, as it has ISO-8859-1, windows-1252, Shift_JIS and"
              + " UTF-16LE",
          e);
    }
    if (!hasOrder(charset) && !TextDecoder.endsLines(ordered(charset))) {
      throw new JobException(
          "Cannot read text in the encoding \"" + name + "\": Java cannot write a line end in it");
    }
  }

  /**
   * The decoder of a file.
   *
   * @param head the first bytes of the file, at least 4 if it has so many
   */
  TextDecoder decoder(byte[] head) {
    Optional<Charset> marked = marked(head);
    if (marked.isPresent()) {
      return TextDecoder.of(marked.get());
    }
    if (name == null) {
      return TextDecoder.ofUnnamed(StandardCharsets.UTF_8);
    }
    Charset charset = Charset.forName(name);
    return hasOrder(charset) ? TextDecoder.ofUnordered(charset) : TextDecoder.of(ordered(charset));
  }

  /** Whether the encoding of a file needs a mark to be known. */
  private static boolean hasOrder(Charset charset) {
    return charset.equals(StandardCharsets.UTF_16) || charset.name().equals("UTF-32");
  }

  private static Charset ordered(Charset charset) {
    String order = WITH_ORDER.get(charset.name().toUpperCase(Locale.ROOT));
    return order == null ? charset : Charset.forName(order);
  }

  private static Optional<Charset> marked(byte[] head) {
    if (startsWith(head, 0xef, 0xbb, 0xbf)) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (startsWith(head, 0xff, 0xfe, 0, 0)) {
      return Optional.of(Charset.forName("UTF-32LE"));
    }
    if (startsWith(head, 0, 0, 0xfe, 0xff)) {
      return Optional.of(Charset.forName("UTF-32BE"));
    }
    if (startsWith(head, 0xff, 0xfe)) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return startsWith(head, 0xfe, 0xff) ? Optional.of(StandardCharsets.UTF_16BE) : Optional.empty();
  }

  private static boolean startsWith(byte[] head, int... mark) {
    byte[] bytes = new byte[mark.length];
    for (int i = 0; i < mark.length; i++) {
      bytes[i] = (byte) mark[i];
    }
    return head.length >= bytes.length
        && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
  }
}
