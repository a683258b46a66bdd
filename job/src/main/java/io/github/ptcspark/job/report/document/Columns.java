package io.github.ptcspark.job.report.document;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How wide texts are on a terminal, and how they are cut to its width. */
final class Columns {

  /** First and last characters of ideographs, syllables, wide forms and emoji. */
  private static final int[][] WIDE = {
    {0x1100, 0x115f},
    {0x2e80, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd}
  };

  private Columns() {}

  /** The columns that a text takes: ideographs and emoji take two, marks and joiners none. */
  static int of(String text) {
    return text.codePoints().map(Columns::width).sum();
  }

  private static int width(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        Arrays.stream(WIDE).anyMatch(range -> character >= range[0] && character <= range[1]);
    return wide ? 2 : 1;
  }

  /** The text with blanks behind it up to a width. */
  static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - of(text)));
  }

  /** The beginning of a text, as much as a width holds; what is cut shows by its end. */
  static String cut(String text, int width) {
    if (of(text) <= width) {
      return text;
    }
    StringBuilder beginning = new StringBuilder();
    int columns = 0;
    for (int character : text.codePoints().toArray()) {
      columns += width(character);
      if (columns >= width) {
        break;
      }
      beginning.appendCodePoint(character);
    }
    return beginning.append('\u2026').toString();
  }

  /** Lines of words with blanks between them; one that is wider than a line has one of its own. */
  static List<String> lines(List<String> words, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int columns = 0;
    for (String word : words) {
      int wide = of(word);
      if (columns > 0 && columns + 1 + wide > width) {
        lines.add(line.toString());
        line.setLength(0);
        columns = 0;
      }
      if (columns > 0) {
        line.append(' ');
        columns++;
      }
      line.append(word);
      columns += wide;
    }
    if (columns > 0) {
      lines.add(line.toString());
    }
    return lines;
  }
}
