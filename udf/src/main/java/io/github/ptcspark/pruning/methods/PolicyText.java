package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A policy as users write it: {@code none}, or methods with the options that they name, such as
 * {@code ptc(keep-ratio=0.8, scope=keys-values)}, joined by {@code +}. What is not named is decided
 * by what the policy is for.
 */
public final class PolicyText {

  private static final Pattern TERM =
      Pattern.compile("\\s*([^\\s(),=+]+)\\s*(?:\\(([^()]*)\\))?\\s*");

  private final String text;
  private final List<Term> terms;

  private PolicyText(String text, List<Term> terms) {
    this.text = text;
    this.terms = terms;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if a method or option is unknown or a value is invalid
   */
  public static PolicyText parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String term : text.split("\\+(?![^()]*\\))", -1)) {
      Matcher matcher = TERM.matcher(term);
      if (!matcher.matches()) {
        throw invalid(
            text,
            "%s is not a method with options, as in ptc(keep-ratio=0.8, scope=tokens)"
                .formatted(term.isBlank() ? "nothing" : "\"" + term.strip() + "\""));
      }
      if (matcher.group(1).equals(Methods.NONE)) {
        if (text.strip().length() > term.strip().length()) {
          throw invalid(text, "none stands alone");
        }
        if (matcher.group(2) != null) {
          throw invalid(text, "none has no options");
        }
        return new PolicyText(text, List.of());
      }
      terms.add(term(text, matcher.group(1), matcher.group(2)));
    }
    return new PolicyText(text, List.copyOf(terms));
  }

  /**
   * A policy whose text names every option, or what is not named has one value for all models.
   *
   * @throws IllegalArgumentException if that is not so, or the text is invalid
   */
  public static PruningPolicy complete(String text) {
    return parse(text)
        .policy(
            new Fallback() {
              @Override
              public <T> T value(PolicyOption<T> option) {
                return option
                    .constant()
                    .orElseThrow(
                        () -> new IllegalArgumentException(option.key() + " is not named"));
              }
            });
  }

  /**
   * The policy to train a model with: options that are not named have their standard values.
   *
   * @throws IllegalArgumentException if the values do not go together or do not fit the encoder, or
   *     nothing prunes before escalation
   */
  public PruningPolicy toTrain(EncoderShape encoder) {
    PruningPolicy policy =
        policy(
            new Fallback() {
              @Override
              public <T> T value(PolicyOption<T> option) {
                return option.standard(encoder);
              }
            });
    return checked(policy, encoder, true);
  }

  /**
   * The policy to run a model with: options that are not named keep the model's own values, and
   * have their standard values if it has none.
   *
   * @param own the model's policy
   * @throws IllegalArgumentException if the values do not go together or do not fit the encoder, or
   *     nothing prunes before escalation
   */
  public PruningPolicy toRun(PruningPolicy own, EncoderShape encoder) {
    return toRun(own, encoder, false);
  }

  /**
   * The same for a model that may have another beside it to escalate to.
   *
   * @param withFull whether it has, so that escalation without pruning makes sense
   */
  public PruningPolicy toRun(PruningPolicy own, EncoderShape encoder, boolean withFull) {
    OptionValues values = own.values();
    PruningPolicy policy =
        policy(
            new Fallback() {
              @Override
              public <T> T value(PolicyOption<T> option) {
                return values
                    .find(option)
                    .or(option::untrained)
                    .orElseGet(() -> option.standard(encoder));
              }
            });
    return checked(policy, encoder, !withFull);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PolicyText that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  private static Term term(String text, String name, String options) {
    Method method =
        Methods.ALL.stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        text,
                        "there is no method %s (the methods are %s)"
                            .formatted(name, String.join(", ", Methods.names()))));
    OptionValues named = OptionValues.none();
    if (options != null && !options.isBlank()) {
      for (String assignment : options.split(",", -1)) {
        named = named(text, method, assignment.strip(), named);
      }
    }
    return new Term(method, named);
  }

  private static OptionValues named(
      String text, Method method, String assignment, OptionValues before) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw invalid(
          text, "\"%s\" is not an option with its value, as in KEY=VALUE".formatted(assignment));
    }
    String key = assignment.substring(0, equals).strip();
    for (PolicyOption<?> option : method.options()) {
      if (option.key().equals(key)) {
        if (before.has(option)) {
          throw invalid(text, "%s is there twice".formatted(key));
        }
        return with(text, before, option, assignment.substring(equals + 1).strip());
      }
    }
    throw invalid(
        text,
        "%s has no option %s (its options are %s)"
            .formatted(
                method,
                key,
                method.options().stream()
                    .map(PolicyOption::key)
                    .collect(Collectors.joining(", "))));
  }

  private static <T> OptionValues with(
      String text, OptionValues before, PolicyOption<T> option, String value) {
    try {
      return before.with(option, option.read(value));
    } catch (IllegalArgumentException e) {
      throw invalid(text, lowerFirst(e.getMessage()));
    }
  }

  private PruningPolicy policy(Fallback fallback) {
    try {
      List<Step> steps = new ArrayList<>();
      for (Term term : terms) {
        OptionValues values = OptionValues.none();
        for (PolicyOption<?> option : term.method().options()) {
          values = completed(values, option, term.named(), fallback);
        }
        steps.add(term.method().step(values));
      }
      return new PruningPolicy(joined(steps));
    } catch (IllegalArgumentException e) {
      throw invalid(text, lowerFirst(e.getMessage()));
    }
  }

  private PruningPolicy checked(PruningPolicy policy, EncoderShape encoder, boolean alone) {
    try {
      policy.checkAgainst(encoder);
      if (alone) {
        policy.requirePruningBeforeEscalation();
      }
      return policy;
    } catch (IllegalArgumentException e) {
      throw invalid(text, lowerFirst(e.getMessage()));
    }
  }

  /** One form for one policy: ratio and combining are ptc. */
  private static List<Step> joined(List<Step> steps) {
    List<Step> joined = new ArrayList<>();
    for (Step step : steps) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last) instanceof Ratio ratio && step instanceof Combining end) {
        joined.set(last, new Ptc(ratio, end));
      } else {
        joined.add(step);
      }
    }
    return joined;
  }

  private static <T> OptionValues completed(
      OptionValues values, PolicyOption<T> option, OptionValues named, Fallback fallback) {
    return values.with(option, named.find(option).orElseGet(() -> fallback.value(option)));
  }

  private static IllegalArgumentException invalid(String text, String reason) {
    return new IllegalArgumentException("Cannot use policy \"%s\": %s".formatted(text, reason));
  }

  private static String lowerFirst(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  /** A method with the options that a text names. */
  private record Term(Method method, OptionValues named) {}

  /** What an option is that no text names. */
  private interface Fallback {
    <T> T value(PolicyOption<T> option);
  }
}
