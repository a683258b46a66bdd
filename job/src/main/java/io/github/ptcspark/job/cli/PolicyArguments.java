package io.github.ptcspark.job.cli;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.NoPruning;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that make a pruning policy to train a model with. */
final class PolicyArguments {

  private static final PtcPolicy DEFAULTS = PtcPolicy.pruningOnly();
  private static final int DEFAULT_COMBINATION_TOKENS = 8;

  @Option(
      names = "--policy",
      paramLabel = "METHOD",
      converter = OfMethod.class,
      completionCandidates = Methods.class,
      description = "none or ptc (default: ptc).")
  private String method = PtcPolicy.METHOD;

  @Option(
      names = "--keep-ratio",
      paramLabel = "P",
      description = "Share of its tokens that a layer keeps, above 0, at most 1 (default: 0.9).")
  private Double keepRatio;

  @Option(
      names = "--fuzzy",
      paramLabel = "MODE",
      converter = Texts.OfFuzzy.class,
      description =
          "off, fuzzy or fuzzy-quota: which tokens the ratio may remove (default: fuzzy).")
  private PtcPolicy.Fuzzy fuzzy;

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      converter = Texts.OfScope.class,
      description = "keys-values or tokens: what a pruned token loses (default: tokens).")
  private PtcPolicy.Scope scope;

  @Option(
      names = "--first-pruned-layer",
      paramLabel = "LAYER",
      description = "The first layer that works on fewer tokens, 2 or later (default: 2).")
  private Integer firstPrunedLayer;

  @Option(
      names = "--every",
      paramLabel = "N",
      description =
          "Of the layers from the first pruned one on, only every Nth prunes, to the ratio raised"
              + " to the power of N (default: 1).")
  private Integer every;

  @Option(
      names = "--combining-layer",
      paramLabel = "LAYER",
      converter = OfLayer.class,
      description =
          "The layer that is replaced by token combining, 2 or later, or none (default: the one"
              + " after the middle, 4 of 6, 7 of 12).")
  private Integer combiningLayer;

  @Option(
      names = "--combination-tokens",
      paramLabel = "N",
      description = "Tokens into which a document is combined (default: 8).")
  private Integer combinationTokens;

  /**
   * The policy for an encoder.
   *
   * @throws IllegalArgumentException if the options do not go together or do not fit the encoder
   */
  PruningPolicy policy(EncoderShape encoder) {
    PruningPolicy policy = method.equals(NoPruning.METHOD) ? noPruning() : ptc(encoder);
    policy.checkAgainst(encoder);
    return policy;
  }

  private NoPruning noPruning() {
    boolean others =
        Stream.of(
                keepRatio, fuzzy, scope, firstPrunedLayer, every, combiningLayer, combinationTokens)
            .anyMatch(option -> option != null);
    if (others) {
      throw new IllegalArgumentException(
          "Invalid policy: none takes no other pruning options, ptc does");
    }
    return new NoPruning();
  }

  private PtcPolicy ptc(EncoderShape encoder) {
    int combining = combiningLayer == null ? afterTheMiddle(encoder) : combiningLayer;
    if (combining == 0 && combinationTokens != null) {
      throw new IllegalArgumentException(
          "Invalid policy: %s combination tokens without a combining layer"
              .formatted(combinationTokens));
    }
    return new PtcPolicy(
        keepRatio == null ? DEFAULTS.keepRatio() : keepRatio,
        fuzzy == null ? DEFAULTS.fuzzy() : fuzzy,
        scope == null ? DEFAULTS.scope() : scope,
        firstPrunedLayer == null ? DEFAULTS.firstPrunedLayer() : firstPrunedLayer,
        every == null ? DEFAULTS.every() : every,
        combining,
        combining == 0 ? 0 : tokens(),
        DEFAULTS.minimumTokens());
  }

  private int tokens() {
    return combinationTokens == null ? DEFAULT_COMBINATION_TOKENS : combinationTokens;
  }

  /** As the paper's fast variant, layer 7 of 12. */
  private static int afterTheMiddle(EncoderShape encoder) {
    return encoder.layers() < 2 ? 0 : encoder.layers() / 2 + 1;
  }

  /** The names of the methods. */
  static final class Methods implements Iterable<String> {
    private static final List<String> NAMES = List.of(NoPruning.METHOD, PtcPolicy.METHOD);

    @Override
    public Iterator<String> iterator() {
      return NAMES.iterator();
    }
  }

  /** Converts the name of a method. */
  static final class OfMethod implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!Methods.NAMES.contains(value)) {
        throw new TypeConversionException(
            "'%s' is none of %s".formatted(value, String.join(", ", Methods.NAMES)));
      }
      return value;
    }
  }

  /** Converts the number of a layer, or none to 0. */
  static final class OfLayer implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        int layer = value.equals("none") ? 0 : Integer.parseInt(value);
        if (layer != 0 || value.equals("none")) {
          return layer;
        }
      } catch (NumberFormatException e) {
        // Refused below, as 0 is.
      }
      throw new TypeConversionException("'%s' is neither a layer nor none".formatted(value));
    }
  }
}
