package io.github.ptcspark.job.report.document;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.Printable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An explanation for a terminal: with colours the text as it was read, and in any case, so that it
 * can be read without, the words that went by layer, those that each combination token took, and
 * the most salient ones. Nothing of the document is left in it that a terminal would obey.
 */
public final class TerminalView {

  /** Whether the terminal has colours. */
  public enum Colours {
    /** 256 of them. */
    MANY,
    /** None, or no terminal. */
    NONE
  }

  private static final int NARROWEST = 40;
  private static final int INDENT = 2;
  private static final int SALIENT_WORDS = 12;
  private static final int BAR = 24;
  private static final String SUPERSCRIPTS =
      "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

  private final Explanation explanation;
  private final Colours colours;
  private final int width;
  private final StringBuilder text = new StringBuilder();

  private TerminalView(Explanation explanation, Colours colours, int width) {
    this.explanation = explanation;
    this.colours = colours;
    this.width = Math.max(NARROWEST, width);
  }

  /**
   * The text.
   *
   * @param width columns of the terminal
   */
  public static String of(Explanation explanation, Colours colours, int width) {
    TerminalView view = new TerminalView(explanation, colours, width);
    view.addSummary();
    view.addScores();
    if (colours == Colours.MANY) {
      view.addReading();
    }
    view.addLayers();
    view.addCombinationTokens();
    view.addSaliency();
    return view.text.toString();
  }

  private void addSummary() {
    Classification result = explanation.classification();
    Lines lines = new Lines();
    lines.add("document     %s", Printable.document(explanation.name()));
    lines.add("read         %s", Sentences.read(explanation));
    lines.addModel(explanation.settings(), explanation.digest());
    lines.add("label        %s, score %s", result.label(), Numbers.score(result.score()));
    lines.add(
        "%-12s %s",
        explanation.fullModel() ? "full model" : "unpruned", Sentences.unpruned(explanation));
    lines.add(
        "cost         %s of the FLOPs without pruning and combining",
        Numbers.percent(result.statistics().cost()));
    for (String line : lines.toString().split("\n", -1)) {
      wrap(line, 13);
    }
  }

  private void addScores() {
    heading(
        "Scores",
        explanation
            .unpruned()
            .map(other -> explanation.fullModel() ? "here, and in full" : "pruned, and unpruned")
            .orElse(""));
    int widest =
        explanation.labels().stream().map(Printable::text).mapToInt(Columns::of).max().orElse(0);
    int column = Math.min(widest, width - 20);
    for (int label = 0; label < explanation.labels().size(); label++) {
      int id = label;
      line(
          Columns.padded(Columns.cut(shown(explanation.labels().get(label)), column), column)
              + "  "
              + Numbers.score(explanation.first().scores().get(label))
              + explanation
                  .unpruned()
                  .map(other -> "  " + Numbers.score(other.scores().get(id)))
                  .orElse(""));
    }
  }

  private void addReading() {
    int number = 0;
    for (ReadWindow window : explanation.windows()) {
      number++;
      heading("As it was read" + windowName(number), Sentences.legendOfReading(explanation));
      flow(explanation.segments(window), this::read);
      heading("Saliency" + windowName(number), Sentences.legendOfSaliency(explanation));
      flow(explanation.segments(window), this::speaking);
    }
  }

  private String windowName(int number) {
    return explanation.windows().size() == 1
        ? ""
        : ", window %s of %s".formatted(number, explanation.windows().size());
  }

  private String read(ReadWord word, String shown) {
    String marked = word.stayed() ? shown : shown + superscript(word.lastLayer());
    if (!word.groups().isEmpty()) {
      return Paint.taken(marked, word.groups().get(0));
    }
    return word.stayed()
        ? marked
        : Paint.faded(marked, word.lastLayer(), explanation.lastWordLayer());
  }

  private String speaking(ReadWord word, String shown) {
    double largest = explanation.largestSaliency();
    return largest == 0 ? shown : Paint.speaking(shown, word.saliency() / largest);
  }

  private static String superscript(int number) {
    return Integer.toString(number)
        .chars()
        .mapToObj(digit -> String.valueOf(SUPERSCRIPTS.charAt(digit - '0')))
        .collect(Collectors.joining());
  }

  /** How a word is painted. */
  private interface Brush {
    String paint(ReadWord word, String shown);
  }

  /** Text with its own line ends, broken before words where a line is full. */
  private void flow(List<Segment> segments, Brush brush) {
    int column = 0;
    for (Segment segment : segments) {
      if (segment.word().isPresent()) {
        ReadWord word = segment.word().get();
        String shown = word.inLine();
        int wide = Columns.of(shown) + 2;
        if (column > 0 && column + wide > width) {
          text.append('\n');
          column = 0;
        }
        String gap = word.special() && column > 0 ? " " : "";
        text.append(gap).append(brush.paint(word, shown));
        column += Columns.of(shown) + gap.length() + (word.stayed() ? 0 : 1);
        if (word.special() && column < 8) {
          text.append(' ');
          column++;
        }
      } else {
        for (String part : segment.text().split("(?<=\n)|(?=\n)", -1)) {
          if (part.equals("\n")) {
            text.append('\n');
            column = 0;
          } else if (column + Columns.of(part) > width) {
            text.append('\n').append(part.strip());
            column = Columns.of(part.strip());
          } else {
            text.append(part);
            column += Columns.of(part);
          }
        }
      }
    }
    text.append('\n');
  }

  private void addLayers() {
    heading("Words by layer", Sentences.legendOfLayers(explanation));
    List<Integer> kept = explanation.classification().statistics().keptPerLayer();
    for (int layer = 1; layer <= explanation.layers(); layer++) {
      List<ReadWord> went = explanation.wentAfter(layer);
      line("layer %s: %s".formatted(layer, Numbers.count(kept.get(layer - 1), "token")));
      if (!went.isEmpty()) {
        words(
            "%s after it: ".formatted(Numbers.count(went.size(), "word")),
            went.stream().map(ReadWord::inLine).toList());
      }
    }
  }

  private void addCombinationTokens() {
    if (explanation.combiningLayer().isEmpty()) {
      return;
    }
    heading(
        "Combination tokens",
        "the words that each took in layer " + explanation.combiningLayer().get());
    List<String> idle = new ArrayList<>();
    for (int group = 1; group <= explanation.combinationTokens(); group++) {
      List<ReadWord> taken = explanation.takenBy(group);
      if (taken.isEmpty()) {
        idle.add(String.valueOf(group));
        continue;
      }
      String number =
          colours == Colours.MANY ? Paint.taken(" " + group + " ", group) : String.valueOf(group);
      line(number + " took " + Numbers.count(taken.size(), "word"));
      words("", taken.stream().map(ReadWord::inLine).toList());
    }
    if (!idle.isEmpty()) {
      line("none: " + String.join(", ", idle));
    }
  }

  private void addSaliency() {
    heading(
        "Most salient words",
        "gradient x input for %s, in fp32; + speaks for it, - against it"
            .formatted(shown(explanation.first().label())));
    double largest = explanation.largestSaliency();
    List<ReadWord> strongest = explanation.mostSalient(SALIENT_WORDS);
    int longest = Math.min(BAR, (width - 14) / 3);
    int column =
        Math.min(
            width - longest - 14,
            strongest.stream().mapToInt(word -> Columns.of(word.inLine())).max().orElse(0));
    for (ReadWord word : strongest) {
      int bar = largest == 0 ? 0 : (int) Math.round(longest * Math.abs(word.saliency()) / largest);
      line(
          Columns.padded(Columns.cut(word.inLine(), column), column)
              + String.format(Locale.ROOT, "  %+8.3f  ", word.saliency())
              + "#".repeat(bar));
    }
  }

  private static String shown(String name) {
    return Printable.text(name).replace('\n', ' ');
  }

  private void heading(String title, String legend) {
    text.append('\n');
    wrap(legend.isEmpty() ? title : title + ": " + Printable.text(legend), INDENT);
  }

  private void line(String content) {
    text.append(" ".repeat(INDENT)).append(content).append('\n');
  }

  private void words(String title, Collection<String> words) {
    List<String> all = new ArrayList<>(List.of(title.strip()));
    all.addAll(words);
    all.removeIf(String::isEmpty);
    for (String line : Columns.lines(all, width - 2 * INDENT)) {
      text.append(" ".repeat(2 * INDENT)).append(line).append('\n');
    }
  }

  /** A paragraph whose lines but the first are indented. */
  private void wrap(String paragraph, int indent) {
    List<String> lines =
        Columns.lines(List.of(paragraph.split("(?<! ) (?! )", -1)), width - indent);
    IntStream.range(0, lines.size())
        .forEach(
            i -> text.append(i == 0 ? "" : " ".repeat(indent)).append(lines.get(i)).append('\n'));
  }
}
