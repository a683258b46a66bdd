package io.github.ptcspark.inference;

import ai.djl.engine.EngineException;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.CostModel;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PruningStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A loaded model that labels texts. On the processor its answer depends on the text alone: threads
 * may share it, and neither neighbours nor earlier calls change a bit of it, those in the same call
 * included. On a GPU products are rounded by how many texts are packed into a call.
 */
public final class Classifier implements AutoCloseable {

  private static final int CALLS_GATHERED = 4;

  private final List<String> labels;
  private final ModelSettings settings;
  private final int layers;
  private final LoadedProgram program;
  private final DocumentTokenizer tokenizer;
  private final DocumentReader reader;

  /** Another model that reads in full; absent if this one does, or nothing is read so. */
  private final Optional<Classifier> full;

  private final boolean readsInFull;
  private final Map<PruningPolicy, CostModel> costs = new HashMap<>();

  /** Shared by calls, taken by {@link #close}: native memory is not freed under a call. */
  private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * Loads a model on the processor.
   *
   * @param settings how to run it; the bundle's own or changed where that needs no training
   * @throws BundleException if the bundle has no classifier
   */
  public Classifier(Bundle bundle, ModelSettings settings) {
    this(bundle, settings, Placement.CPU);
  }

  /**
   * Loads a model.
   *
   * @param settings how to run it; the bundle's own or changed where that needs no training
   * @param placement where; see {@link io.github.ptcspark.bundle.Precision#device()}
   * @throws BundleException if the bundle has no classifier or there is no such GPU
   */
  public Classifier(Bundle bundle, ModelSettings settings, Placement placement) {
    this(bundle, settings, placement, Alternatives.NONE);
  }

  /**
   * Loads a model that can read texts in several ways, between which they choose at no cost.
   *
   * @throws BundleException if the bundle has no classifier or there is no such GPU
   */
  public Classifier(
      Bundle bundle, ModelSettings settings, Placement placement, Alternatives alternatives) {
    if (bundle.labels().isEmpty()) {
      throw new BundleException(
          "Cannot classify with this model: it is an encoder without a classifier, train one first");
    }
    this.labels = bundle.labels();
    this.settings = settings;
    this.layers = bundle.config().shape().layers();
    Set<PruningPolicy> all = new LinkedHashSet<>(List.of(settings.policy()));
    all.addAll(alternatives.policies());
    this.readsInFull = alternatives.readInFull(settings);
    if (readsInFull && bundle.full().isEmpty()) {
      all.add(settings.policy().trained());
    }
    List<PruningPolicy> policies = List.copyOf(all);
    policies.forEach(policy -> costs.put(policy, new CostModel(bundle.config().shape(), policy)));
    this.tokenizer = new DocumentTokenizer(bundle.tokenizer());
    this.reader =
        new DocumentReader(
            settings.longDocuments(),
            bundle.config().maxPositions(),
            tokenizer.start(),
            tokenizer.end());
    try {
      this.program =
          LoadedProgram.load(bundle, settings, placement, policies.subList(1, policies.size()));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
    try {
      this.full =
          readsInFull
              ? bundle.full().map(other -> full(other, settings, placement))
              : Optional.empty();
    } catch (RuntimeException e) {
      program.close();
      tokenizer.close();
      throw e;
    }
  }

  private static Classifier full(Bundle other, ModelSettings settings, Placement placement) {
    return new Classifier(
        other,
        new ModelSettings(
            other.settings().policy().trained(), settings.precision(), settings.longDocuments()),
        placement);
  }

  /**
   * Labels one text.
   *
   * @throws InferenceException if the model refuses it
   */
  public Classification classify(String text) {
    return classify(List.of(prepare(text))).get(0);
  }

  /**
   * Reads a text, for {@link #classify(List)}.
   *
   * @throws InferenceException if the tokenizer refuses it
   */
  public PreparedText prepare(String text) {
    return whileOpen(
        () -> {
          long[] wordPieces = tokenizer.wordPieces(text);
          boolean truncated =
              reader.isLong(wordPieces) && settings.longDocuments() != LongDocuments.WINDOWS;
          return new PreparedText(text, wordPieces.length, truncated, reader.windows(wordPieces));
        });
  }

  /**
   * Labels texts, several in one call where the placement says so.
   *
   * @return what the model says of each
   * @throws InferenceException if the model refuses one of them
   */
  public List<Classification> classify(List<PreparedText> texts) {
    return classify(texts, settings.policy());
  }

  /**
   * The same under one of the policies that the model was loaded for.
   *
   * @return what the model says of each
   * @throws InferenceException if the model refuses one of them
   */
  public List<Classification> classify(List<PreparedText> texts, PruningPolicy policy) {
    return whileOpen(() -> escalated(texts, read(texts, policy), policy));
  }

  /**
   * Labels texts in full: without pruning, or by the full model that stands beside this one. What
   * this model's own tokenizer refuses is not read in full either.
   *
   * @return what is said of each
   * @throws InferenceException if one of them is refused
   * @throws IllegalStateException if the model was not loaded for it
   */
  public List<Classification> classifyInFull(List<PreparedText> texts) {
    return whileOpen(() -> readInFull(texts));
  }

  private List<Classification> readInFull(List<PreparedText> texts) {
    if (!readsInFull) {
      throw new IllegalStateException("Cannot read in full: the model was not loaded for it");
    }
    if (full.isEmpty()) {
      return read(texts, settings.policy().trained());
    }
    try {
      Classifier other = full.get();
      return other.classify(texts.stream().map(text -> prepared(other, text)).toList());
    } catch (InferenceException e) {
      throw new InferenceException("the full model: " + e.getMessage(), e);
    }
  }

  /** Its tokenizer may be another, to which not every text has a word. */
  private static PreparedText prepared(Classifier other, PreparedText text) {
    PreparedText prepared = other.prepare(text.text());
    if (prepared.wordPieces() == 0) {
      throw new InferenceException("the text has no word piece");
    }
    return prepared;
  }

  private List<Classification> read(List<PreparedText> texts, PruningPolicy policy) {
    Iterator<WindowOutput> outputs =
        run(texts.stream().flatMap(text -> text.windows().stream()).toList(), policy).iterator();
    return texts.stream().map(text -> classification(text, outputs, policy)).toList();
  }

  /** The answers of a reading, those that are unsure by those of a reading in full. */
  private List<Classification> escalated(
      List<PreparedText> texts, List<Classification> answers, PruningPolicy policy) {
    if (policy.escalation().isEmpty()) {
      return answers;
    }
    Escalation escalation = policy.escalation().get();
    List<Integer> unsure =
        IntStream.range(0, answers.size())
            .filter(place -> escalation.isUnsure(answers.get(place).scores()))
            .boxed()
            .toList();
    if (unsure.isEmpty()) {
      return answers;
    }
    List<Classification> last = new ArrayList<>(answers);
    Iterator<Classification> again =
        readInFull(unsure.stream().map(texts::get).toList()).iterator();
    unsure.forEach(place -> last.set(place, answers.get(place).escalatedTo(again.next())));
    return last;
  }

  /**
   * The logits of texts, of several windows their mean: what {@link #classify(List, PruningPolicy)}
   * makes scores of.
   *
   * @return of each text the logits by label id
   * @throws InferenceException if the model refuses one of them
   */
  List<double[]> logits(List<PreparedText> texts, PruningPolicy policy) {
    return whileOpen(
        () -> {
          Iterator<WindowOutput> outputs =
              run(texts.stream().flatMap(text -> text.windows().stream()).toList(), policy)
                  .iterator();
          return texts.stream()
              .map(
                  text -> {
                    double[] logits = new double[labels.size()];
                    for (int window = 0; window < text.windows().size(); window++) {
                      addShare(outputs.next().logits(), text.windows().size(), logits);
                    }
                    return logits;
                  })
              .toList();
        });
  }

  /**
   * Labels one text and says how it was read.
   *
   * @throws InferenceException if the model refuses it
   */
  public TracedDocument trace(String text) {
    PreparedText prepared = prepare(text);
    return whileOpen(
        () -> {
          List<List<Integer>> places = reader.places(prepared.wordPieces());
          List<WindowOutput> outputs = new ArrayList<>();
          List<TracedWindow> windows = new ArrayList<>();
          for (long[] ids : prepared.windows()) {
            List<Decision> decisions = new ArrayList<>();
            outputs.add(new WindowOutput(program.run(ids, decisions, settings.policy()), 0));
            windows.add(
                TracedWindow.of(
                    settings.policy().lastWordLayer(layers),
                    Arrays.stream(ids).boxed().toList(),
                    places.get(windows.size()),
                    decisions));
          }
          Classification answer = classification(prepared, outputs.iterator(), settings.policy());
          return new TracedDocument(
              escalated(List.of(prepared), List.of(answer), settings.policy()).get(0),
              answer,
              tokenizer.spans(text),
              windows);
        });
  }

  /**
   * The tokens that are worth gathering for {@link #classify(List)}: those of some calls, so that
   * texts of like length can share one; 1 if every window has a call of its own.
   */
  public int tokensToGather() {
    int atOnce = program.tokensAtOnce();
    return atOnce == 1 ? 1 : CALLS_GATHERED * atOnce;
  }

  /** The policy of the settings. */
  public PruningPolicy policy() {
    return settings.policy();
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return labels;
  }

  /** Frees the model once the texts that threads are reading are done. */
  @Override
  public void close() {
    calls.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        full.ifPresent(Classifier::close);
        program.close();
        tokenizer.close();
      }
    } finally {
      calls.writeLock().unlock();
    }
  }

  private <T> T whileOpen(Supplier<T> work) {
    calls.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("Cannot classify: the model is closed");
      }
      return work.get();
    } catch (EngineException e) {
      throw InferenceException.of(e);
    } finally {
      calls.readLock().unlock();
    }
  }

  /** Runs windows, those of like length together: the program does less for them. */
  private List<WindowOutput> run(List<long[]> windows, PruningPolicy policy) {
    List<Integer> order =
        IntStream.range(0, windows.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> windows.get(place).length))
            .toList();
    WindowOutput[] outputs = new WindowOutput[windows.size()];
    for (List<Integer> call : calls(windows, order)) {
      ProgramOutput output = program.run(call.stream().map(windows::get).toList(), policy);
      for (int i = 0; i < call.size(); i++) {
        outputs[call.get(i)] = new WindowOutput(output, i);
      }
    }
    return List.of(outputs);
  }

  /** Cuts an order of windows into calls of about as many tokens as each other. */
  private List<List<Integer>> calls(List<long[]> windows, List<Integer> order) {
    long tokens = windows.stream().mapToLong(window -> window.length).sum();
    long most = program.tokensAtOnce();
    long fill = tokens / Math.max(1, (tokens + most - 1) / most);
    List<List<Integer>> calls = new ArrayList<>();
    List<Integer> call = new ArrayList<>();
    long filled = 0;
    for (int place : order) {
      int length = windows.get(place).length;
      if (!call.isEmpty() && (filled >= fill || filled + length > most)) {
        calls.add(call);
        call = new ArrayList<>();
        filled = 0;
      }
      call.add(place);
      filled += length;
    }
    if (!call.isEmpty()) {
      calls.add(call);
    }
    return calls;
  }

  private Classification classification(
      PreparedText text, Iterator<WindowOutput> outputs, PruningPolicy policy) {
    CostModel cost = costs.get(policy);
    List<long[]> windows = text.windows();
    double[] logits = new double[labels.size()];
    int[] kept = new int[layers];
    int tokensRead = 0;
    int tokensKept = 0;
    int combinationTokens = 0;
    long flops = 0;
    long flopsDense = 0;
    for (long[] window : windows) {
      WindowOutput output = outputs.next();
      addShare(output.logits(), windows.size(), logits);
      List<Integer> windowKept = output.keptPerLayer();
      for (int layer = 0; layer < layers; layer++) {
        kept[layer] += windowKept.get(layer);
      }
      tokensRead += window.length;
      tokensKept += Collections.min(windowKept.subList(0, policy.lastWordLayer(layers)));
      combinationTokens += output.combinationTokensUsed();
      flops += cost.flops(output.work());
      flopsDense += cost.denseFlops(window.length);
    }
    List<Float> scores = softmax(logits);
    int labelId = scores.indexOf(Collections.max(scores));
    return new Classification(
        labelId,
        labels.get(labelId),
        scores,
        text.wordPieces(),
        tokensKept,
        text.truncated(),
        false,
        new PruningStatistics(
            windows.size(),
            tokensRead,
            Arrays.stream(kept).boxed().toList(),
            combinationTokens,
            flops,
            flopsDense));
  }

  /**
   * Adds the logits of one of so many windows to their mean. A method of its own: as a loop among
   * the others it keeps HotSpot's compiler busy for twelve seconds if there are hundreds of labels.
   */
  private static void addShare(float[] logits, int windows, double[] mean) {
    for (int label = 0; label < mean.length; label++) {
      mean[label] += logits[label] / windows;
    }
  }

  /** What the program says of one of the windows that it read together. */
  private record WindowOutput(ProgramOutput together, int place) {

    float[] logits() {
      return together.logits(place);
    }

    List<Integer> keptPerLayer() {
      return together.keptPerLayer(place);
    }

    LayerWork work() {
      return together.work(place);
    }

    int combinationTokensUsed() {
      return together.combinationTokensUsed(place);
    }
  }

  /** Softmax in strict arithmetic, so that it is the same on every machine. */
  private static List<Float> softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    if (!Double.isFinite(Arrays.stream(logits).sum())) {
      throw new InferenceException("the model's logits are not finite");
    }
    double[] exponentials = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      exponentials[i] = StrictMath.exp(logits[i] - largest);
      sum += exponentials[i];
    }
    List<Float> scores = new ArrayList<>(logits.length);
    for (double exponential : exponentials) {
      scores.add((float) (exponential / sum));
    }
    return scores;
  }
}
