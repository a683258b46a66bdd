package io.github.ptcspark.testing;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Methods;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Settings of every method to try on a small encoder. */
public final class MethodSettings {

  /** The encoder that they fit. */
  public static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);

  private static final String ANY_FUZZY = "fuzzy=off|fuzzy|fuzzy-quota";
  private static final String ANY_SCOPE = "scope=tokens|keys-values";

  /** By method, its policies; values that are joined by bars are tried one after another. */
  private static final Map<String, List<String>> TEXTS =
      Map.ofEntries(
          Map.entry(
              "ptc",
              List.of(
                  text("ptc(keep-ratio=0.7, %s, %s, combining-layer=3, combination-tokens=5)"),
                  text("ptc(keep-ratio=0.9, %s, %s, combining-layer=4, combination-tokens=8)"),
                  text(
                      "ptc(keep-ratio=0.5, %s, %s, layers=2..3, minimum-tokens=2,"
                          + " combining-layer=4, combination-tokens=1)"),
                  "ptc(keep-ratio=0.7, scope=tokens, layers=3.., combining-layer=2,"
                      + " combination-tokens=4)",
                  "ptc(keep-ratio=1, scope=tokens|keys-values, combining-layer=2,"
                      + " combination-tokens=4)",
                  text(
                      "ptc(keep-ratio=0.8, %s, %s, every=2, minimum-tokens=4, combining-layer=4,"
                          + " combination-tokens=3)"))),
          Map.entry(
              "ratio",
              List.of(
                  text("ratio(keep-ratio=0.8, %s, %s)"),
                  text("ratio(keep-ratio=0.5, %s, %s, layers=3.., minimum-tokens=2)"),
                  text("ratio(keep-ratio=0.9, %s, %s, every=2|3, minimum-tokens=2)"),
                  text("ratio(keep-ratio=0.6, %s, %s, layers=3|2..3, minimum-tokens=5)"),
                  "ratio(keep-ratio=0.7, scope=tokens|keys-values) + linear(layer=3, tokens=5)")),
          Map.entry("combining", List.of("combining(combining-layer=2|4, combination-tokens=1|6)")),
          Map.entry(
              "local-merge",
              List.of(
                  "local-merge(merge-ratio=0.2, threshold=-1, neighbours=1|2|30)",
                  "local-merge(merge-ratio=0.5, threshold=0.1, neighbours=1|3, minimum-tokens=2)",
                  "local-merge(merge-ratio=0.3, layers=3|2..3, minimum-tokens=5)",
                  "local-merge(merge-ratio=0.2, neighbours=2)"
                      + " + combining(combining-layer=2|4, combination-tokens=3)")),
          Map.entry(
              "zero-tprune",
              List.of(
                  "zero-tprune(keep-ratio=0.7, scope=tokens|keys-values)",
                  "zero-tprune(keep-ratio=0.6, similar=0|0.5|1, cls-weight=uniform, rounds=2,"
                      + " most-variance=0.1, scope=tokens|keys-values, every=2, minimum-tokens=2)",
                  "zero-tprune(keep-ratio=0.5, rounds=0, layers=3|2..3, least-variance=0.5,"
                      + " most-variance=0.5)",
                  "zero-tprune(keep-ratio=0.7, scope=tokens|keys-values)"
                      + " + combining(combining-layer=3, combination-tokens=3)")),
          Map.entry(
              "prumerge",
              List.of(
                  "prumerge(layer=2, neighbours=1|3|32)",
                  "prumerge(layer=1|3, minimum-tokens=3|20)",
                  "prumerge(layer=2) + combining(combining-layer=3, combination-tokens=3)")),
          Map.entry(
              "prumerge-plus",
              List.of(
                  "prumerge-plus(layer=2, neighbours=2|32, minimum-tokens=3|8)",
                  "prumerge-plus(layer=1) + combining(combining-layer=3, combination-tokens=3)")),
          Map.entry(
              "saliency",
              List.of(
                  "saliency(threshold=0.8, scope=tokens|keys-values)",
                  "saliency(threshold=1, scope=tokens|keys-values, layers=3|2..3, minimum-tokens=2)",
                  "saliency(threshold=0, scope=keys-values)",
                  "saliency(threshold=0.9, scope=tokens|keys-values)"
                      + " + combining(combining-layer=3, combination-tokens=4)",
                  "saliency(threshold=0.9, scope=tokens|keys-values) + linear(layer=3, tokens=4)")),
          Map.entry("linear", List.of("linear(layer=2|4, tokens=1|6|100)")),
          Map.entry("first", once("first", "")),
          Map.entry("evenly-spaced", once("evenly-spaced", "")),
          Map.entry("random", once("random", ", seed=0|7")),
          Map.entry(
              "quantile",
              List.of(
                  "quantile(min-length=2, scope=tokens|keys-values)",
                  "quantile(min-length=33, quantile=0.3|1, scope=tokens|keys-values, layer=2,"
                      + " minimum-tokens=2)",
                  "quantile(min-length=34, quantile=0.9, scope=tokens|keys-values, layer=2|4,"
                      + " minimum-tokens=5) + combining(combining-layer=4, combination-tokens=3)")),
          Map.entry(
              "escalation",
              List.of(
                  "first(keep-ratio=0.5) + escalation(margin=0.4)",
                  "ptc(keep-ratio=0.7, fuzzy=off, combining-layer=3, combination-tokens=5)"
                      + " + escalation(margin=1, temperature=0.5)")),
          Map.entry(
              "catp",
              List.of(
                  "catp(keep-ratio=0.8, scope=tokens|keys-values)",
                  "catp(keep-ratio=0.5, scope=tokens|keys-values, layers=3|3.., minimum-tokens=2)",
                  "catp(keep-ratio=0.9, scope=tokens|keys-values, every=2|3, minimum-tokens=2)",
                  "catp(keep-ratio=1) + ptc(keep-ratio=0.7, fuzzy=off, combining-layer=4,"
                      + " combination-tokens=4)",
                  "catp(keep-ratio=0.6, scope=tokens|keys-values) + combining(combining-layer=2|4,"
                      + " combination-tokens=4)")));

  private static final Pattern CHOICE = Pattern.compile("=([^,()|]+(?:\\|[^,()|]+)+)");

  private MethodSettings() {}

  /** Policies of a method; none if nobody wrote any down. */
  public static List<PruningPolicy> of(Method method) {
    return TEXTS.getOrDefault(method.name(), List.of()).stream()
        .flatMap(text -> each(text).stream())
        .map(PolicyText::complete)
        .toList();
  }

  /** No pruning, and the policies of all methods. */
  public static List<PruningPolicy> all() {
    return Stream.concat(
            Stream.of(PruningPolicy.NONE),
            Methods.ALL.stream().flatMap(method -> of(method).stream()))
        .toList();
  }

  /** No pruning, and three policies of every method. */
  public static List<PruningPolicy> few() {
    List<PruningPolicy> few = new ArrayList<>(List.of(PruningPolicy.NONE));
    for (Method method : Methods.ALL) {
      List<PruningPolicy> policies = of(method);
      few.add(policies.get(0));
      few.add(policies.get(policies.size() / 2));
      few.add(policies.get(policies.size() - 1));
    }
    return few;
  }

  private static String text(String pattern) {
    return pattern.formatted(ANY_FUZZY, ANY_SCOPE);
  }

  /** Of a method that chooses a share of the tokens once. */
  private static List<String> once(String method, String others) {
    return List.of(
        "%s(keep-ratio=0.5, scope=tokens|keys-values%s)".formatted(method, others),
        "%s(keep-ratio=0.2, scope=tokens|keys-values, layer=4, minimum-tokens=2|5)"
            .formatted(method),
        "%s(keep-ratio=1, scope=keys-values)".formatted(method),
        "%s(keep-ratio=0.6, scope=tokens|keys-values, layer=2|3) + combining(combining-layer=3,"
                .formatted(method)
            + " combination-tokens=4)");
  }

  private static List<String> each(String text) {
    Matcher choice = CHOICE.matcher(text);
    if (!choice.find()) {
      return List.of(text);
    }
    List<String> texts = new ArrayList<>();
    for (String value : choice.group(1).split("\\|", -1)) {
      texts.addAll(
          each(text.substring(0, choice.start(1)) + value + text.substring(choice.end(1))));
    }
    return texts;
  }
}
