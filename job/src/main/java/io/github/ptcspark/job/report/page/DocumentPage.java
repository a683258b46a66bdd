package io.github.ptcspark.job.report.page;

import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.job.report.document.Explanation;
import io.github.ptcspark.job.report.document.ReadWindow;
import io.github.ptcspark.job.report.document.ReadWord;
import io.github.ptcspark.job.report.document.Segment;
import io.github.ptcspark.job.report.document.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What {@code explain.jte} shows.
 *
 * @param explanation of a document
 */
public record DocumentPage(Explanation explanation) {

  /** Combination tokens that have a colour of their own in the style. */
  private static final int COLOURS = 8;

  /** Steps in which words fade, and in which saliency grows. */
  private static final int STEPS = 7;

  private static final int SALIENT_WORDS = 15;

  /** The page. */
  public String html() {
    return Pages.render("explain.jte", this);
  }

  /** The document. */
  public String title() {
    return Printable.document(explanation.name());
  }

  /** How much was read. */
  public String summary() {
    return "%s. Read by %s.".formatted(Sentences.read(explanation), explanation.model());
  }

  /** The figures that are seen first. */
  public List<ReportPage.Tile> tiles() {
    Classification result = explanation.classification();
    List<ReportPage.Tile> tiles = new ArrayList<>();
    tiles.add(
        new ReportPage.Tile("Label", result.label(), "score " + Numbers.score(result.score())));
    explanation
        .unpruned()
        .ifPresent(
            other ->
                tiles.add(
                    new ReportPage.Tile(
                        otherReading(), other.label(), "score " + Numbers.score(other.score()))));
    tiles.add(
        new ReportPage.Tile(
            explanation.combiningLayer().isPresent() ? "Tokens combined" : "Tokens kept",
            Numbers.count(result.tokensKept()),
            "of %s read".formatted(Numbers.count(result.statistics().tokensRead()))));
    tiles.add(
        new ReportPage.Tile(
            "Cost", Numbers.percent(result.statistics().cost()), "of the plain BERT\u2019s FLOPs"));
    return tiles;
  }

  /** The name of a window, where there are several. */
  public String name(ReadWindow window) {
    int windows = explanation.windows().size();
    return windows == 1
        ? ""
        : "Window %s of %s".formatted(explanation.windows().indexOf(window) + 1, windows);
  }

  /** How a stretch looks in the text as it was read: names of classes of the style. */
  public String reading(Segment segment) {
    List<String> classes = new ArrayList<>();
    if (segment.kind() == Segment.Kind.UNREAD) {
      classes.add("unread");
    }
    segment
        .word()
        .ifPresent(
            word -> {
              classes.add(word.special() ? "word special" : "word");
              word.groups().stream().limit(1).map(DocumentPage::colour).forEach(classes::add);
              if (!word.stayed()) {
                classes.add(fade(word.lastLayer()));
              }
            });
    return String.join(" ", classes);
  }

  /** The colour of a combination token, counted from 1. */
  public static String colour(int group) {
    return "taken c" + (group - 1) % COLOURS;
  }

  /** How faint a word is that went after a layer: f0 went first. */
  public String fade(int layer) {
    int last = Math.max(1, explanation.lastWordLayer() - 2);
    return "f" + Math.min(STEPS - 1, (STEPS - 1) * (layer - 1) / last);
  }

  /** How a stretch looks in the text with saliency. */
  public String saliency(Segment segment) {
    if (segment.kind() == Segment.Kind.UNREAD) {
      return "unread";
    }
    return segment
        .word()
        .map(
            word -> {
              int step = step(word.saliency());
              String special = word.special() ? "word special" : "word";
              return step == 0 ? special : special + (word.saliency() > 0 ? " p" : " n") + step;
            })
        .orElse("");
  }

  private int step(double saliency) {
    double largest = explanation.largestSaliency();
    return largest == 0 ? 0 : (int) Math.round(STEPS * Math.abs(saliency) / largest);
  }

  /** What became of a word, in words. */
  public String fate(ReadWord word) {
    String went =
        word.stayed()
            ? ""
            : explanation.keysAndValuesOnly()
                ? "keys and values until layer %s".formatted(word.lastLayer())
                : "went after layer %s".formatted(word.lastLayer());
    if (word.groups().isEmpty()) {
      return went.isEmpty() ? "read to the end" : went;
    }
    String taken =
        "taken by %s"
            .formatted(
                word.groups().stream().map(String::valueOf).collect(Collectors.joining(" and ")));
    return went.isEmpty() ? taken : went + ", " + taken;
  }

  /** Layers after which words may go. */
  public List<Integer> fadingLayers() {
    return IntStream.range(1, explanation.lastWordLayer())
        .filter(layer -> !explanation.wentAfter(layer).isEmpty())
        .boxed()
        .toList();
  }

  /** Combination tokens, counted from 1, that took a word. */
  public List<Integer> takingGroups() {
    return groups().filter(group -> !explanation.takenBy(group).isEmpty()).boxed().toList();
  }

  /** Those that took none. */
  public String idleGroups() {
    return groups()
        .filter(group -> explanation.takenBy(group).isEmpty())
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  private IntStream groups() {
    return IntStream.rangeClosed(1, explanation.combinationTokens());
  }

  /** Layers, counted from 1. */
  public List<Integer> layers() {
    return IntStream.rangeClosed(1, explanation.layers()).boxed().toList();
  }

  /** Tokens at work in a layer. */
  public int tokens(int layer) {
    return explanation.classification().statistics().keptPerLayer().get(layer - 1);
  }

  /** The same in percent of those that were read. */
  public double share(int layer) {
    return 100.0 * tokens(layer) / explanation.classification().statistics().tokensRead();
  }

  /** What a layer does. */
  public String task(int layer) {
    return explanation
        .combiningLayer()
        .map(
            combining ->
                layer == combining ? "combines" : layer > combining ? "reads these" : "reads words")
        .orElse("reads words");
  }

  /** Words in a row of a table. */
  public static String list(List<ReadWord> words) {
    return words.stream().map(ReadWord::inLine).collect(Collectors.joining("  "));
  }

  /** The words with the largest saliency. */
  public List<ReadWord> salient() {
    return explanation.mostSalient(SALIENT_WORDS);
  }

  /** A saliency in percent of the largest. */
  public double bar(ReadWord word) {
    double largest = explanation.largestSaliency();
    return largest == 0 ? 0 : 100 * Math.abs(word.saliency()) / largest;
  }

  /** A saliency with its sign. */
  public static String signed(ReadWord word) {
    return Numbers.difference(word.saliency());
  }

  /** What the most salient word is. */
  public String saliencyFinding() {
    List<ReadWord> salient = salient();
    if (salient.isEmpty() || explanation.largestSaliency() == 0) {
      return "No word matters to the label";
    }
    ReadWord word = salient.get(0);
    return "\u201c%s\u201d speaks most %s %s"
        .formatted(
            word.inLine(), word.saliency() > 0 ? "for" : "against", explanation.first().label());
  }

  /** A label, by its score. */
  public record Score(String label, double with, double without, double bar) {}

  /** The scores of all labels, best first. */
  public List<Score> scores() {
    Classification result = explanation.first();
    List<Score> scores = new ArrayList<>();
    for (int label = 0; label < explanation.labels().size(); label++) {
      int id = label;
      double with = result.scores().get(id);
      scores.add(
          new Score(
              explanation.labels().get(id),
              with,
              explanation.unpruned().map(other -> (double) other.scores().get(id)).orElse(with),
              100 * with));
    }
    scores.sort(Comparator.comparingDouble(Score::with).reversed());
    return scores;
  }

  /** What the other reading is called. */
  public String otherReading() {
    return explanation.fullModel() ? "Full model" : "Without pruning";
  }

  /** What the scores say. */
  public String scoresFinding() {
    Classification result = explanation.first();
    if (explanation.unpruned().isEmpty()) {
      return "%s scores %s; %s"
          .formatted(
              result.label(),
              Numbers.score(result.score()),
              explanation.prunes() || explanation.fullModel()
                  ? otherReading() + ": refused"
                  : "these settings do not prune");
    }
    Classification other = explanation.unpruned().get();
    if (explanation.fullModel()) {
      return "%s scores %s here, the full model says %s (%s)"
          .formatted(
              result.label(),
              Numbers.score(result.score()),
              other.label(),
              Numbers.score(other.score()));
    }
    return other.labelId() == result.labelId()
        ? "Pruning moves the score of %s from %s to %s"
            .formatted(result.label(), Numbers.score(other.score()), Numbers.score(result.score()))
        : "Pruning changes the label from %s (%s) to %s (%s)"
            .formatted(
                other.label(),
                Numbers.score(other.score()),
                result.label(),
                Numbers.score(result.score()));
  }

  /** How the document was read. */
  public List<ReportPage.Fact> facts() {
    return List.of(
        new ReportPage.Fact("model", explanation.model()),
        new ReportPage.Fact("digest", explanation.digest()),
        new ReportPage.Fact("policy", explanation.settings().policy().toString()),
        new ReportPage.Fact(otherReading(), Sentences.withoutPruning(explanation)),
        new ReportPage.Fact("precision", explanation.settings().precision().toString()),
        new ReportPage.Fact("long documents", explanation.settings().longDocuments().toString()),
        new ReportPage.Fact(
            "saliency",
            "gradient of the label\u2019s logit with respect to each word embedding, times it, in"
                + " fp32 and with the same pruning; what goes and what is combined has no gradient"),
        new ReportPage.Fact("windows", Numbers.count(explanation.windows().size())),
        new ReportPage.Fact("made by", "ptc " + Version.current()));
  }
}
