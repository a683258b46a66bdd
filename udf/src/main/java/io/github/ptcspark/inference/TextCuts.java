package io.github.ptcspark.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.JsonDocument;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a text may be cut so that its parts have the word pieces that they have in the whole:
 * beside a character at which the tokenizer splits whatever stands next to it (white space; for
 * BERT's own normaliser and pre-tokenizer punctuation and ideographs too), unless an added token
 * could reach over the place.
 */
final class TextCuts {

  private final boolean bert;
  private final boolean cleans;
  private final boolean ideographs;
  private final int longestWord;

  /** Tokens that are looked for in the text as it is. */
  private final List<String> plain = new ArrayList<>();

  /** All forms in which a normaliser might look for the others, in lower case. */
  private final List<String> normalized = new ArrayList<>();

  /** Tokens, in lower case, that count only where no letter stands beside them. */
  private final List<String> singleWords = new ArrayList<>();

  /**
   * Whether white space that one token takes with it could have been the beginning or the end of
   * another, which is looked for only where it is left.
   */
  private final boolean hidesSpace;

  /** The places for a tokenizer, given by the content of {@code tokenizer.json}. */
  TextCuts(String tokenizerJson) {
    JsonNode json =
        JsonDocument.parse(
            tokenizerJson.getBytes(StandardCharsets.UTF_8), "Cannot read tokenizer.json");
    JsonNode normalizer = json.path("normalizer");
    bert =
        normalizer.path("type").asText().equals("BertNormalizer")
            && json.at("/pre_tokenizer/type").asText().equals("BertPreTokenizer");
    cleans = normalizer.path("clean_text").asBoolean();
    ideographs = normalizer.path("handle_chinese_chars").asBoolean();
    longestWord = json.at("/model/max_input_chars_per_word").asInt(100);
    boolean strips = false;
    for (JsonNode token : json.path("added_tokens")) {
      strips |= token.path("lstrip").asBoolean() || token.path("rstrip").asBoolean();
      String content = token.path("content").asText();
      if (token.path("normalized").asBoolean()) {
        normalized.addAll(forms(content));
      } else {
        plain.add(content);
      }
      if (token.path("single_word").asBoolean()) {
        singleWords.addAll(forms(content));
      }
    }
    hidesSpace =
        strips
            && normalized.stream().anyMatch(token -> token.startsWith(" ") || token.endsWith(" "));
  }

  /** The most characters that a word may have without being unknown. */
  int longestWord() {
    return longestWord;
  }

  /** The last place that is at most so far behind the beginning, or else the first one behind. */
  int next(String text, int from, int length) {
    int reach = Math.min(text.length(), from + length);
    if (reach == text.length()) {
      return reach;
    }
    for (int at = reach; at > from; at--) {
      if (isPlace(text, at)) {
        return at;
      }
    }
    int at = reach + 1;
    while (at < text.length() && !isPlace(text, at)) {
      at++;
    }
    return Math.min(at, text.length());
  }

  /**
   * Whether the tokenizer makes one word of a part of a text, because nothing in it is split off
   * and no added token is in it.
   */
  boolean isOneWord(String text, int from, int to) {
    return bert
        && plain.stream().noneMatch(token -> isIn(text, from, to, token))
        && normalized.stream().allMatch(token -> token.codePoints().anyMatch(c -> !isInWord(c)))
        && text.substring(from, to).codePoints().allMatch(this::isInWord);
  }

  private boolean isPlace(String text, int at) {
    if (Character.isLowSurrogate(text.charAt(at))
        && Character.isHighSurrogate(text.charAt(at - 1))) {
      return false;
    }
    int before = text.codePointBefore(at);
    int after = text.codePointAt(at);
    boolean behind = splits(before);
    if (!behind && !splits(after)) {
      return false;
    }
    if (hidesSpace && (isSpace(before) || isSpace(after))) {
      return false;
    }
    int splitting = behind ? before : after;
    return isFreeOfWords(splitting, behind)
        && isFreeOfNormalized(splitting, before, after)
        && plain.stream().noneMatch(token -> reachesOver(text, at, token));
  }

  /** Whether the tokenizer splits before and behind a character whatever its neighbours are. */
  private boolean splits(int c) {
    return isSpace(c)
        || (bert
            && ((isPunctuation(c) && !isOfAnotherUnicode(c)) || (ideographs && isIdeograph(c))));
  }

  /** No token of a single word looks over the place, at a letter that only the whole has there. */
  private boolean isFreeOfWords(int c, boolean behind) {
    if (singleWords.isEmpty()) {
      return true;
    }
    String folded = fold(Character.toString(c));
    boolean isLetter = isIdeograph(c) || Character.getType(c) == Character.CONNECTOR_PUNCTUATION;
    return !isLetter
        && singleWords.stream()
            .noneMatch(token -> behind ? token.endsWith(folded) : token.startsWith(folded));
  }

  /**
   * No token can be found over the place once the text is normalised: none has the character at
   * which it is split, or both neighbours are characters that normalisers keep, and none has them
   * side by side.
   */
  private boolean isFreeOfNormalized(int c, int before, int after) {
    if (normalized.isEmpty()) {
      return true;
    }
    if (!bert) {
      return normalized.stream()
          .allMatch(token -> token.chars().allMatch(other -> other > ' ' && other < 0x7f));
    }
    if (ideographs
        && (isIdeograph(before) || isIdeograph(after))
        && normalized.stream().anyMatch(token -> token.contains(" "))) {
      return false; // The normaliser puts white space on both sides of an ideograph.
    }
    String folded = fold(Character.toString(c));
    if (isKept(c) && normalized.stream().noneMatch(token -> token.contains(folded))) {
      return true;
    }
    String pair = fold(Character.toString(before) + Character.toString(after));
    return isAscii(before)
        && isAscii(after)
        && normalized.stream().noneMatch(token -> token.contains(pair));
  }

  private static boolean reachesOver(String text, int at, String token) {
    for (int start = Math.max(0, at - token.length() + 1); start < at; start++) {
      if (text.startsWith(token, start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(String text, int from, int to, String token) {
    int start = text.indexOf(token, from);
    return start >= 0 && start < to;
  }

  private boolean isInWord(int c) {
    boolean isControl = Character.getType(c) == Character.CONTROL;
    if (isSpace(c) || (isControl && !cleans) || Character.getType(c) == Character.SURROGATE) {
      return false;
    }
    return Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD)
        .codePoints()
        .noneMatch(
            part ->
                isSpace(part)
                    || isPunctuation(part)
                    || isIdeograph(part)
                    || isOfAnotherUnicode(part));
  }

  private static List<String> forms(String content) {
    List<String> forms = new ArrayList<>();
    for (String cleaned : List.of(content, content.replaceAll("[\\p{C}&&[^\\t\\r\\n]]", ""))) {
      forms.add(fold(cleaned));
      String decomposed = Normalizer.normalize(cleaned, Normalizer.Form.NFD);
      forms.add(fold(decomposed.replaceAll("\\p{Mn}", "")));
    }
    return forms;
  }

  private static String fold(String text) {
    StringBuilder folded = new StringBuilder();
    text.codePoints().forEach(c -> folded.appendCodePoint(isSpace(c) ? ' ' : c));
    return folded.toString().toLowerCase(Locale.ROOT);
  }

  /** White space in Unicode but for what BERT's normaliser takes for control characters. */
  private static boolean isSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
  }

  private static boolean isAscii(int c) {
    return isSpace(c) || (c > ' ' && c < 0x7f);
  }

  /** Whether no normaliser of BERT makes another character of it. */
  private static boolean isKept(int c) {
    return Normalizer.isNormalized(Character.toString(c), Normalizer.Form.NFD) || isSpace(c);
  }

  private static boolean isPunctuation(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> c < 0x80 && "$+<=>^`|~".indexOf(c) >= 0;
    };
  }

  /**
   * Where Unicode 8, by which the tokenizer goes, and Java's may differ in what is punctuation: a
   * text is neither cut there nor is it sure to go on.
   */
  private static boolean isOfAnotherUnicode(int c) {
    return (c > 0xffff && (isPunctuation(c) || c == 0x111c9))
        || (c >= 0x2e43 && c <= 0x2e7f)
        || "\u09fd\u0a76\u0c77\u0c84\u166d".indexOf(c) >= 0;
  }

  /** The blocks that BERT's tokenizer takes for Chinese characters. */
  private static boolean isIdeograph(int c) {
    return (c >= 0x4e00 && c <= 0x9fff)
        || (c >= 0x3400 && c <= 0x4dbf)
        || (c >= 0x20000 && c <= 0x2a6df)
        || (c >= 0x2a700 && c <= 0x2b73f)
        || (c >= 0x2b740 && c <= 0x2b81f)
        || (c >= 0x2b920 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0x2f800 && c <= 0x2fa1f);
  }
}
