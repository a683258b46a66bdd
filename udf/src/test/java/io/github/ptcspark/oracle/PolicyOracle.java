package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Step;
import io.github.ptcspark.pruning.methods.Catp;
import io.github.ptcspark.pruning.methods.Combining;
import io.github.ptcspark.pruning.methods.Escalating;
import io.github.ptcspark.pruning.methods.EvenlySpacedTokens;
import io.github.ptcspark.pruning.methods.FirstTokens;
import io.github.ptcspark.pruning.methods.LinearCompression;
import io.github.ptcspark.pruning.methods.LocalMerge;
import io.github.ptcspark.pruning.methods.PredictedSaliency;
import io.github.ptcspark.pruning.methods.PruMerge;
import io.github.ptcspark.pruning.methods.Ptc;
import io.github.ptcspark.pruning.methods.Quantile;
import io.github.ptcspark.pruning.methods.RandomTokens;
import io.github.ptcspark.pruning.methods.Ratio;
import io.github.ptcspark.pruning.methods.ZeroTprune;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The whole way of a document through BERT under a policy. */
public final class PolicyOracle {

  private final BertOracle bert;
  private final EncoderShape shape;
  private final PruningPolicy policy;
  private final List<StepOracle> steps;

  /** The oracle of a bundle under the bundle's own policy. */
  public PolicyOracle(Bundle bundle) {
    this(bundle, bundle.settings().policy());
  }

  /** The oracle of a bundle under another policy. */
  public PolicyOracle(Bundle bundle, PruningPolicy policy) {
    this.shape = bundle.config().shape();
    policy.checkAgainst(shape);
    this.bert = new BertOracle(bundle);
    this.policy = policy;
    this.steps = policy.steps().stream().flatMap(this::oracles).toList();
  }

  /**
   * The document from its word pieces to the logits.
   *
   * @param ids word pieces, [CLS] first and [SEP] last
   */
  public OracleOutput run(long... ids) {
    OracleTrace trace = new OracleTrace(shape);
    OracleDocument document = new OracleDocument(ids, bert.embeddings(ids), trace);
    for (StepOracle step : steps) {
      step.begin(document);
    }
    for (int layer = 1; layer <= shape.layers(); layer++) {
      Optional<StepOracle> replacing = replacing(layer);
      if (replacing.isPresent()) {
        trace.replacedLayer(document);
        replacing.get().replace(document);
      } else {
        encoderLayer(layer, document);
      }
    }
    double[] pooled = bert.pool(document.x());
    return new OracleOutput(document.x(), pooled, bert.classify(pooled), trace);
  }

  private void encoderLayer(int layer, OracleDocument document) {
    EncoderLayer encoder = bert.encoderLayer(layer);
    List<Integer> keyRows = document.keyRows();
    double[][][] probabilities =
        encoder.probabilities(document.x(), keyRows, document.sizes(keyRows));
    document.attended(encoder.context(probabilities, document.x(), keyRows));
    double[] scores = Arrays.copyOf(Attention.scores(probabilities), document.kept().size());
    document.trace().layer(document, scores);
    LayerAttention attention =
        new LayerAttention(layer, probabilities, encoder.keys(document.x(), keyRows), scores);
    for (StepOracle step : steps) {
      step.afterAttention(document, attention);
    }
    document.trace().transformed(document);
    document.transformed(encoder.transform(document.x(), document.context()));
  }

  private Optional<StepOracle> replacing(int layer) {
    return steps.stream().filter(step -> step.replaces(layer)).findFirst();
  }

  private Stream<StepOracle> oracles(Step step) {
    if (step instanceof Ptc ptc) {
      return Stream.of(ptc.ratio(), ptc.combining()).flatMap(this::oracles);
    }
    if (step instanceof Escalating) {
      return Stream.of();
    }
    Optional<Integer> combiningLayer = policy.combination().map(Combination::layer);
    if (step instanceof Ratio ratio) {
      return Stream.of(new RatioOracle(ratio, shape.layers(), combiningLayer));
    }
    if (step instanceof FirstTokens first) {
      return Stream.of(new FirstTokensOracle(first, combiningLayer));
    }
    if (step instanceof EvenlySpacedTokens evenlySpaced) {
      return Stream.of(new EvenlySpacedTokensOracle(evenlySpaced, combiningLayer));
    }
    if (step instanceof RandomTokens random) {
      return Stream.of(new RandomTokensOracle(random, combiningLayer));
    }
    if (step instanceof Quantile quantile) {
      return Stream.of(new QuantileOracle(quantile, combiningLayer));
    }
    if (step instanceof Catp catp) {
      return Stream.of(new CatpOracle(catp, shape.layers(), combiningLayer));
    }
    if (step instanceof Combining combining) {
      return Stream.of(
          new CombiningOracle(
              combining, bert.combinationTokens(combining.tokens()), bert.combining()));
    }
    if (step instanceof LinearCompression linear) {
      return Stream.of(bert.linearCompression(linear));
    }
    if (step instanceof PredictedSaliency saliency) {
      return Stream.of(
          new PredictedSaliencyOracle(saliency, bert.saliencyScorers(), combiningLayer));
    }
    if (step instanceof LocalMerge merge) {
      return Stream.of(new LocalMergeOracle(merge, shape, policy.combination()));
    }
    if (step instanceof ZeroTprune prune) {
      return Stream.of(new ZeroTpruneOracle(prune, shape, policy.combination()));
    }
    if (step instanceof PruMerge merge) {
      return Stream.of(new PruMergeOracle(merge, shape));
    }
    throw new IllegalArgumentException("Invalid policy: no oracle knows " + step.method());
  }
}
