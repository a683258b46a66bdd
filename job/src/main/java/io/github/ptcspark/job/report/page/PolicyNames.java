package io.github.ptcspark.job.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Short names of the policies of a sweep, no two of them the same. What the unpruned model does too
 * is left out, and so is an option that all policies of the same methods have with the same value.
 */
final class PolicyNames {

  private static final String UNPRUNED = "unpruned";
  private static final Pattern STEP = Pattern.compile("([\\w-]+)(?:\\(([^)]*)\\))?");

  private PolicyNames() {}

  /**
   * The names.
   *
   * @param policies their texts with all options, the unpruned model's first
   */
  static List<String> of(List<String> policies) {
    List<Step> unpruned = steps(policies.get(0));
    List<List<Step>> own =
        policies.stream()
            .map(policy -> steps(policy).stream().filter(s -> !unpruned.contains(s)).toList())
            .toList();
    return own.stream()
        .map(steps -> name(steps, own.stream().filter(o -> areOfSameMethods(o, steps)).toList()))
        .toList();
  }

  private static String name(List<Step> steps, List<List<Step>> alike) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int place = i;
      String differing =
          steps.get(i).options().stream()
              .filter(
                  option ->
                      !alike.stream()
                          .allMatch(other -> other.get(place).options().contains(option)))
              .collect(Collectors.joining(", "));
      String method = steps.get(i).method();
      parts.add(differing.isEmpty() ? method : "%s(%s)".formatted(method, differing));
    }
    return parts.isEmpty() ? UNPRUNED : String.join(" + ", parts);
  }

  private static boolean areOfSameMethods(List<Step> one, List<Step> other) {
    return one.stream()
        .map(Step::method)
        .toList()
        .equals(other.stream().map(Step::method).toList());
  }

  private static List<Step> steps(String policy) {
    List<Step> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(policy);
    while (matcher.find()) {
      String options = matcher.group(2);
      steps.add(
          new Step(
              matcher.group(1), options == null ? List.of() : List.of(options.split(", ", -1))));
    }
    return steps;
  }

  private record Step(String method, List<String> options) {}
}
