package io.github.ptcspark.job.report.document;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.job.report.Numbers;
import java.util.List;

/** What terminal and page say in words. */
public final class Sentences {

  private Sentences() {}

  /** How much of the document was read, and how. */
  public static String read(Explanation explanation) {
    return once(explanation)
        + (explanation.classification().escalated()
            ? "; the answer was unsure, so that it was read again at full cost"
            : "");
  }

  private static String once(Explanation explanation) {
    Classification result = explanation.classification();
    String pieces = Numbers.count(result.tokens(), "word piece");
    int windows = result.statistics().windows();
    if (windows > 1) {
      return "%s, in %s overlapping windows of %s tokens together, as a run reads it"
          .formatted(pieces, windows, Numbers.count(result.statistics().tokensRead()));
    }
    int read = explanation.windows().get(0).words().stream().mapToInt(ReadWord::pieces).sum() - 2;
    return result.truncated()
        ? "%s, of which %s were read (long documents: %s)"
            .formatted(pieces, Numbers.count(read), explanation.settings().longDocuments())
        : pieces + ", with [CLS] and [SEP] around them";
  }

  /** What the document would be labelled without pruning. */
  public static String unpruned(Explanation explanation) {
    if (explanation.unpruned().isEmpty()) {
      return explanation.prunes() || explanation.fullModel()
          ? "refused; " + withoutPruning(explanation)
          : "the same: these settings do not prune";
    }
    Classification without = explanation.unpruned().get();
    Classification with = explanation.first();
    return "%s, score %s%s; %s"
        .formatted(
            without.label(),
            Numbers.score(without.score()),
            without.labelId() == with.labelId()
                ? ""
                : " (%s: %s)"
                    .formatted(with.label(), Numbers.score(without.scores().get(with.labelId()))),
            withoutPruning(explanation));
  }

  /** What "without pruning" means for this model. */
  public static String withoutPruning(Explanation explanation) {
    if (explanation.fullModel()) {
      return "the full model beside this one";
    }
    return explanation
        .combiningLayer()
        .map(
            layer ->
                "the same weights, no token pruned, still combined at layer %s as it was trained"
                    .formatted(layer))
        .orElse("the same weights with policy none");
  }

  /** What the colours of the text mean. */
  public static String legendOfReading(Explanation explanation) {
    StringBuilder legend = new StringBuilder();
    if (explanation.prunes()) {
      legend.append(went(explanation)).append("; ");
    }
    legend.append(
        explanation.combiningLayer().isPresent()
            ? "on a colour: taken by the combination token that has it below"
            : "plain: read to the end");
    return legend.toString();
  }

  private static String went(Explanation explanation) {
    String word = "faint, with a small number: ";
    return explanation.keysAndValuesOnly()
        ? word + "its keys and values went after that layer, the word itself stayed"
        : word + "went after that layer";
  }

  /** What the colours of saliency mean. */
  public static String legendOfSaliency(Explanation explanation) {
    return "gradient x input for %s, in fp32; blue speaks for it, orange against it"
        .formatted(explanation.first().label());
  }

  /** What a table of words by layer says. */
  public static String legendOfLayers(Explanation explanation) {
    if (!explanation.prunes()) {
      return "no word went";
    }
    return "of a word in several pieces the last one to go counts; [CLS] and [SEP] never go"
        + (explanation.keysAndValuesOnly()
            ? "; of a word that went keys and values are gone, its own hidden state is not"
            : "");
  }

  /** What became of the tokens, in a sentence. */
  public static String finding(Explanation explanation) {
    List<ReadWord> words = explanation.words().stream().filter(word -> !word.special()).toList();
    long went = words.stream().filter(word -> !word.stayed()).count();
    String all = Numbers.count(words.size(), "word");
    String gone =
        !explanation.prunes()
            ? "All %s were read to the end".formatted(all)
            : "%s of %s %s".formatted(Numbers.count(went), all, how(explanation));
    return explanation
        .combiningLayer()
        .map(
            layer ->
                "%s; layer %s combined %s into %s tokens"
                    .formatted(
                        gone,
                        layer,
                        explanation.keysAndValuesOnly() || !explanation.prunes()
                            ? "all of them"
                            : "the other " + Numbers.count(words.size() - went),
                        explanation.combinationTokens()))
        .orElse(gone);
  }

  private static String how(Explanation explanation) {
    if (explanation.keysAndValuesOnly()) {
      return "lost their keys and values on the way";
    }
    return "went";
  }
}
