package io.github.ptcspark.job.corpus;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Records counted by what they are of. A task that is done again says the same once more, so the
 * last word on each key counts and nothing is added up twice.
 */
final class LatestCounts<K> extends AccumulatorV2<Map.Entry<K, Long>, Map<K, Long>> {

  private static final long serialVersionUID = 1L;

  /** A heartbeat reads while a task writes. */
  private final ConcurrentHashMap<K, Long> counts = new ConcurrentHashMap<>();

  @Override
  public boolean isZero() {
    return counts.isEmpty();
  }

  @Override
  public LatestCounts<K> copy() {
    LatestCounts<K> copy = new LatestCounts<>();
    copy.counts.putAll(counts);
    return copy;
  }

  @Override
  public void reset() {
    counts.clear();
  }

  @Override
  public void add(Map.Entry<K, Long> count) {
    counts.put(count.getKey(), count.getValue());
  }

  @Override
  public void merge(AccumulatorV2<Map.Entry<K, Long>, Map<K, Long>> other) {
    counts.putAll(other.value());
  }

  @Override
  public Map<K, Long> value() {
    return Map.copyOf(counts);
  }
}
