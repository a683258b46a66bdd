package io.github.ptcspark.job.report;

import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Texts as they may be shown on a terminal. Labels, file names and columns come from strangers: an
 * escape sequence among them could move the cursor, recolour what follows or retitle the window,
 * and a mark of writing direction could make a name look like another.
 */
public final class Printable {

  private Printable() {}

  /**
   * The text with every character that a terminal obeys and does not show written as its escape,
   * {@code \u001b} for the escape character; line ends and tabs stay.
   */
  public static String text(String text) {
    return text(text, Printable::shown);
  }

  /**
   * The same of a document, which is looked at character by character: what has no width and takes
   * no part in how letters are joined is written as its escape too. Line ends of Windows are line
   * ends.
   */
  public static String document(String text) {
    return text(
        text.replace("\r\n", "\n"),
        character ->
            shown(character)
                && (Character.getType(character) != Character.FORMAT || joins(character)));
  }

  private static String text(String text, IntPredicate shown) {
    if (text.codePoints().allMatch(shown)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (shown.test(character)) {
                printable.appendCodePoint(character);
              } else {
                printable.append(String.format(Locale.ROOT, "\\u%04x", character));
              }
            });
    return printable.toString();
  }

  private static boolean shown(int character) {
    if (character == '\n' || character == '\t') {
      return true;
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.SURROGATE -> false;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.FORMAT -> !turnsDirection(character);
      default -> true;
    };
  }

  /** The zero-width joiner and non-joiner: letters and emoji look otherwise with them. */
  private static boolean joins(int character) {
    return character == 0x200c || character == 0x200d;
  }

  /** Joiners and soft hyphens belong to words; these characters only change how others are seen. */
  private static boolean turnsDirection(int character) {
    return switch (Character.getDirectionality(character)) {
      case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
          Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
          Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
          Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
          Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
          Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE ->
          true;
      default -> false;
    };
  }
}
