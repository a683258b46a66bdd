package io.github.ptcspark.job.corpus;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Optional;

/** Decodes the text of one file, and says what is wrong with what it cannot decode. */
final class TextDecoder {

  private static final int CHUNK = 1 << 13;

  /** Characters in which text of another encoding is looked for. */
  private static final int LOOKED_AT = 1 << 12;

  private static final String ADVICE = "; --encoding names the encoding";

  private final Charset charset;
  private final byte[] lineFeed;
  private final String advice;
  private final Optional<String> fault;

  private TextDecoder(Charset charset, String advice, Optional<String> fault) {
    this.charset = charset;
    this.advice = advice;
    this.fault = fault;
    this.lineFeed = lineFeed(charset);
  }

  /** A decoder for an encoding that is known. */
  static TextDecoder of(Charset charset) {
    return new TextDecoder(charset, "", Optional.empty());
  }

  /** A decoder for an encoding that nobody has named. */
  static TextDecoder ofUnnamed(Charset charset) {
    return new TextDecoder(charset, ADVICE, Optional.empty());
  }

  /** A decoder for UTF-16 or UTF-32 of a file that does not say in which order its bytes are. */
  static TextDecoder ofUnordered(Charset charset) {
    String name = charset.name();
    return new TextDecoder(
        Charset.forName(name + "BE"),
        "",
        Optional.of(
            "the file has no byte order mark; --encoding "
                + name
                + "LE or "
                + name
                + "BE says the order"));
  }

  /** Whether a line feed has 1, 2 or 4 bytes in an encoding, which tell where lines end. */
  static boolean endsLines(Charset charset) {
    int length = charset.canEncode() ? lineFeed(charset).length : 0;
    return length == 1 || length == 2 || length == 4;
  }

  private static byte[] lineFeed(Charset charset) {
    return "\n".getBytes(charset);
  }

  /** The bytes of a line feed; in a file they lie at multiples of their number. */
  byte[] lineFeed() {
    return lineFeed;
  }

  /** What is wrong with all of the file, if anything. */
  Optional<String> fault() {
    return fault;
  }

  /**
   * Some text.
   *
   * @param text with U+FFFD in place of what cannot be decoded
   * @param problem why the text cannot be relied on, if so
   */
  record Decoded(String text, Optional<String> problem) {}

  /** Decodes whole characters. */
  Decoded decode(byte[] bytes) {
    String text = new String(bytes, charset);
    Optional<String> problem = bytes.length == 0 ? Optional.empty() : fault;
    if (problem.isEmpty() && text.indexOf('\uFFFD') >= 0) {
      problem = invalid(bytes);
    }
    return new Decoded(text, problem.or(() -> otherEncoding(text)));
  }

  /** Decodes the beginning of something, whatever it is, for people. */
  String show(byte[] bytes) {
    return new String(bytes, charset);
  }

  /** A decoder that stops at what it cannot decode. */
  CharsetDecoder strict() {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private Optional<String> invalid(byte[] bytes) {
    CharsetDecoder decoder = strict();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(CHUNK);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        int at = in.position();
        return Optional.of(problem(Arrays.copyOfRange(bytes, at, at + result.length())));
      }
      if (result.isUnderflow()) {
        return Optional.empty();
      }
      out.clear();
    }
  }

  /** What is wrong with bytes that cannot be decoded. */
  String problem(byte[] wrong) {
    StringBuilder hex = new StringBuilder();
    for (byte each : wrong) {
      hex.append(Character.forDigit((each >> 4) & 0xf, 16))
          .append(Character.forDigit(each & 0xf, 16));
    }
    return "it is not " + charset.name() + " (byte 0x" + hex + ")" + advice;
  }

  /**
   * Text in UTF-16 or UTF-32, read byte by byte: every other character is a control character,
   * those that stand for the upper bytes, and the rest are not.
   */
  Optional<String> otherEncoding(CharSequence text) {
    if (lineFeed.length > 1) {
      return Optional.empty();
    }
    int[] low = new int[2];
    int[] all = new int[2];
    boolean control = false;
    for (int i = 0; i < Math.min(text.length(), LOOKED_AT); i++) {
      char c = text.charAt(i);
      all[i & 1]++;
      if (c < ' ') {
        low[i & 1]++;
        control |= !Character.isWhitespace(c);
      }
    }
    boolean alternates = isMost(low[0], all[0]) || isMost(low[1], all[1]);
    return control && alternates && low[0] + low[1] < all[0] + all[1]
        ? Optional.of("it looks like UTF-16 without a byte order mark" + ADVICE)
        : Optional.empty();
  }

  private static boolean isMost(int some, int all) {
    return all > 0 && 3 * some >= 2 * all;
  }
}
