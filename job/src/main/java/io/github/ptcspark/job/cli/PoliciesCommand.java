package io.github.ptcspark.job.cli;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Methods;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ptc policies}: the methods of pruning, and how a policy is written. */
@Command(
    name = "policies",
    mixinStandardHelpOptions = true,
    description = {"Lists the methods of pruning with their options, as --policy takes them.", ""},
    footer = {
      "",
      "Examples:",
      "  All methods, and how a policy is written:",
      "    ptc policies",
      "",
      "  One method:",
      "    ptc policies ptc"
    })
final class PoliciesCommand implements Callable<Integer> {

  private static final int WIDTH = 100;
  private static final int KEY_WIDTH = 22;

  private static final String TEXT_FORM =
      """
      A policy says how the tokens of a document are reduced while the model reads it: none, or
      methods with their options, joined by +. In a shell it stands in quotes:

        --policy none
        --policy "ptc(keep-ratio=0.8, scope=keys-values)"
        --policy "ratio(layers=2..6) + combining(combination-tokens=16)"
        --policy "quantile(quantile=0.7) + escalation(margin=0.3)"

      What needs training is what a model was trained with and keeps; all else works on any model.
      In ptc train an option that is not named has its default. Other commands run a model with its
      own values and change only the options that are named, if that needs no training.
      """;

  private static final EncoderShape BERT_BASE = new EncoderShape(12, 768, 12, 3072);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "METHOD",
      converter = OfMethod.class,
      completionCandidates = Names.class,
      description = "The method to show (default: all).")
  private Method method;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (method == null) {
      out.print(TEXT_FORM);
      Methods.ALL.forEach(each -> out.printf("%n%s", text(each)));
    } else {
      out.print(text(method));
    }
    out.flush();
    return 0;
  }

  private static String text(Method method) {
    TextTable table =
        TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(KEY_WIDTH, 2, Overflow.WRAP),
            new Column(WIDTH - KEY_WIDTH, 0, Overflow.WRAP));
    for (PolicyOption<?> option : method.options()) {
      table.addRowValues(option.key(), option.help() + training(option.untrained().isPresent()));
      table.addRowValues("", "%s (default: %s)".formatted(option.range(), option.standard()));
    }
    return "%s: %s%n(%s)%s%n%n%s"
        .formatted(method, method.summary(), method.source(), training(isTrained(method)), table);
  }

  private static String training(boolean needed) {
    return needed ? " Needs training." : "";
  }

  /** Whether it adds tensors to a model for which no option of its own says so. */
  private static boolean isTrained(Method method) {
    if (method.options().stream().anyMatch(option -> option.untrained().isPresent())) {
      return false;
    }
    OptionValues values = OptionValues.none();
    for (PolicyOption<?> option : method.options()) {
      values = withStandard(values, option);
    }
    return !PruningPolicy.of(method.step(values)).tensors(BERT_BASE).isEmpty();
  }

  private static <T> OptionValues withStandard(OptionValues values, PolicyOption<T> option) {
    return values.with(option, option.standard(BERT_BASE));
  }

  /** The names of the methods. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Methods.ALL.stream().map(Method::name).iterator();
    }
  }

  /** Converts the name of a method. */
  static final class OfMethod implements ITypeConverter<Method> {
    @Override
    public Method convert(String value) {
      List<Method> methods = Methods.ALL;
      return methods.stream()
          .filter(method -> method.name().equals(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "Unknown method: %s (the methods are %s)"
                          .formatted(
                              value,
                              methods.stream()
                                  .map(Method::name)
                                  .collect(Collectors.joining(", ")))));
    }
  }
}
