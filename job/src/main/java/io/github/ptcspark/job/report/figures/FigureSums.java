package io.github.ptcspark.job.report.figures;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Figures of some documents, to which those of others can be added. */
final class FigureSums implements Serializable {

  private static final long serialVersionUID = 2;

  private static final int SLOWEST = 10;
  private static final int CODES = 20;

  /** Documents of fewer tokens count as of one length: below, a power of two is a word or two. */
  private static final int SHORT_EXPONENT = 4;

  private final Sums all = new Sums();
  private final Sums labelled = new Sums();
  private final Map<String, Sums> byLabel = new HashMap<>();
  private final TreeMap<Integer, Sums> byLength = new TreeMap<>();
  private final Map<String, RejectSums> byCode = new HashMap<>();
  private final FirstOf<SlowDocument> slowest = new FirstOf<>(SLOWEST);
  private final Quantiles millis = new Quantiles();
  private final Quantiles scores = new Quantiles();
  private final long[] bins = new long[OutputFigures.SCORE_BINS];
  private long[] layers = {};
  private long truncated;
  private long escalated;

  static FigureSums of(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (FigureSums) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  void add(DocumentFigures document) {
    all.add(document);
    slowest.add(
        new SlowDocument(
            document.id(), document.outcome(), document.tokensRead(), document.millis()));
    truncated += document.truncated() ? 1 : 0;
    escalated += document.escalated() ? 1 : 0;
    if (!document.isLabelled()) {
      byCode.computeIfAbsent(document.outcome(), none -> new RejectSums()).add(document);
      return;
    }
    labelled.add(document);
    byLabel.computeIfAbsent(document.outcome(), none -> new Sums()).add(document);
    byLength.computeIfAbsent(exponent(document.tokensRead()), none -> new Sums()).add(document);
    millis.add(document.millis());
    scores.add(document.score());
    bins[Math.min((int) ((double) document.score() * bins.length), bins.length - 1)]++;
    addLayers(document.keptPerLayer().stream().mapToLong(Integer::longValue).toArray());
  }

  void add(FigureSums other) {
    all.add(other.all);
    labelled.add(other.labelled);
    other.byLabel.forEach(
        (label, sums) -> byLabel.computeIfAbsent(label, none -> new Sums()).add(sums));
    other.byLength.forEach(
        (length, sums) -> byLength.computeIfAbsent(length, none -> new Sums()).add(sums));
    other.byCode.forEach(
        (code, sums) -> byCode.computeIfAbsent(code, none -> new RejectSums()).add(sums));
    other.slowest.list().forEach(slowest::add);
    millis.add(other.millis);
    scores.add(other.scores);
    Arrays.setAll(bins, bin -> bins[bin] + other.bins[bin]);
    addLayers(other.layers);
    truncated += other.truncated;
    escalated += other.escalated;
  }

  OutputFigures figures() {
    return new OutputFigures(
        totals(),
        labels(),
        Arrays.stream(bins).boxed().toList(),
        layers(),
        lengths(),
        slowest.list(),
        rejects(),
        Optional.empty());
  }

  private Totals totals() {
    return new Totals(
        all.documents,
        labelled.documents,
        truncated,
        escalated,
        all.tokensRead,
        all.tokensKept,
        all.flops,
        all.flopsDense,
        all.millis,
        millis.at(0.5),
        millis.at(0.99),
        scores.at(0.5));
  }

  private List<LabelFigures> labels() {
    List<LabelFigures> labels = new ArrayList<>();
    byLabel.forEach(
        (label, sums) ->
            labels.add(
                new LabelFigures(
                    label, sums.documents, sums.scores / sums.documents, sums.cost())));
    labels.sort(
        Comparator.comparing(LabelFigures::documents)
            .reversed()
            .thenComparing(LabelFigures::label));
    return labels;
  }

  private List<LayerFigures> layers() {
    List<LayerFigures> figures = new ArrayList<>();
    for (long kept : layers) {
      figures.add(new LayerFigures(figures.size() + 1, kept, labelled.tokensRead));
    }
    return figures;
  }

  private List<LengthFigures> lengths() {
    return byLength.entrySet().stream()
        .map(
            entry ->
                new LengthFigures(
                    entry.getKey() < SHORT_EXPONENT ? 1 : 1L << entry.getKey(),
                    (1L << (entry.getKey() + 1)) - 1,
                    entry.getValue().documents,
                    entry.getValue().cost(),
                    entry.getValue().millis / entry.getValue().documents))
        .toList();
  }

  private List<RejectFigures> rejects() {
    return byCode.entrySet().stream()
        .map(entry -> entry.getValue().figures(entry.getKey()))
        .sorted(
            Comparator.comparing(RejectFigures::documents)
                .reversed()
                .thenComparing(RejectFigures::code))
        .limit(CODES)
        .toList();
  }

  private void addLayers(long[] kept) {
    if (kept.length > layers.length) {
      layers = Arrays.copyOf(layers, kept.length);
    }
    for (int layer = 0; layer < kept.length; layer++) {
      layers[layer] += kept[layer];
    }
  }

  private static int exponent(int tokens) {
    int exponent = 31 - Integer.numberOfLeadingZeros(Math.max(tokens, 1));
    return Math.max(exponent, SHORT_EXPONENT - 1);
  }

  /** What is added up of every group of documents. */
  private static final class Sums implements Serializable {

    private static final long serialVersionUID = 1;

    private long documents;
    private long tokensRead;
    private long tokensKept;
    private double scores;
    private double flops;
    private double flopsDense;
    private double millis;

    void add(DocumentFigures document) {
      documents++;
      tokensRead += document.tokensRead();
      tokensKept += document.tokensKept();
      scores += document.score();
      flops += document.flops();
      flopsDense += document.flopsDense();
      millis += document.millis();
    }

    void add(Sums other) {
      documents += other.documents;
      tokensRead += other.tokensRead;
      tokensKept += other.tokensKept;
      scores += other.scores;
      flops += other.flops;
      flopsDense += other.flopsDense;
      millis += other.millis;
    }

    double cost() {
      return flopsDense == 0 ? 1 : flops / flopsDense;
    }
  }
}
