package io.github.ptcspark.pruning.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Several policies in one text: values that {@code |} divides are alternatives, as in {@code
 * ratio(keep-ratio=0.7|0.9, scope=tokens|keys-values)}, which is four policies.
 */
public final class PolicyGrid {

  private static final Pattern ALTERNATIVES = Pattern.compile("=([^=,()+]*\\|[^=,()+]*)");

  private PolicyGrid() {}

  /**
   * All combinations of the alternatives; the last ones change first.
   *
   * @throws IllegalArgumentException as {@link PolicyText#parse}
   */
  public static List<PolicyText> parse(String text) {
    return expand(text).stream().map(PolicyText::parse).toList();
  }

  private static List<String> expand(String text) {
    Matcher matcher = ALTERNATIVES.matcher(text);
    if (!matcher.find()) {
      return List.of(text);
    }
    List<String> texts = new ArrayList<>();
    for (String value : matcher.group(1).split("\\|", -1)) {
      texts.addAll(
          expand(text.substring(0, matcher.start(1)) + value + text.substring(matcher.end(1))));
    }
    return texts;
  }
}
