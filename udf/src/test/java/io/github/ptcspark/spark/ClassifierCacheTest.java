package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Test;

public class ClassifierCacheTest {

  private static final Bundle BUNDLE =
      RandomBundles.bundle(
          1, new EncoderShape(1, 8, 2, 16), List.of("a", "b"), Pooling.MEAN, RandomBundles.PLAIN);

  private final AtomicInteger loads = new AtomicInteger();

  @After
  public void release() {
    ClassifierCache.releaseUnused();
  }

  @Test
  public void tasksThatRaceGetOneModel() throws Exception {
    int tasks = 4;
    CountDownLatch start = new CountDownLatch(tasks);
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    List<Future<ClassifierCache.Lease>> leases = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      leases.add(
          threads.submit(
              () -> {
                start.countDown();
                start.await();
                return acquire("one");
              }));
    }
    List<Classifier> classifiers = new ArrayList<>();
    for (Future<ClassifierCache.Lease> lease : leases) {
      classifiers.add(lease.get().classifier());
      lease.get().close();
    }
    threads.shutdown();

    assertThat(loads).hasValue(1);
    assertThat(classifiers).containsOnly(classifiers.get(0));
  }

  @Test
  public void anotherModelTakesThePlaceOfOneThatNobodyUses() {
    acquire("one").close();
    acquire("one").close();
    assertThat(loads).hasValue(1);

    ClassifierCache.Lease two = acquire("two");
    assertThat(loads).hasValue(2);
    assertThat(ClassifierCache.loaded("one")).isZero();
    assertThat(ClassifierCache.loaded("two")).isEqualTo(1);

    ClassifierCache.Lease one = acquire("one");
    assertThat(ClassifierCache.loaded("two")).isEqualTo(1);
    two.close();
    two.close();
    ClassifierCache.releaseUnused();
    assertThat(ClassifierCache.loaded("two")).isZero();
    assertThat(ClassifierCache.loaded("one")).isEqualTo(1);
    assertThat(one.classifier().classify("a cat").label()).isIn("a", "b");
    one.close();
  }

  @Test
  public void everyGpuKeepsItsOwn() {
    acquire("one", Placement.gpu(0)).close();
    acquire("one", Placement.gpu(1)).close();
    assertThat(ClassifierCache.loaded("one")).isEqualTo(2);

    acquire("one", Placement.gpu(0)).close();
    acquire("one", Placement.gpu(1)).close();
    assertThat(loads).hasValue(2);

    acquire("two", Placement.gpu(0)).close();
    assertThat(ClassifierCache.loaded("one")).isZero();
  }

  @Test
  public void aLeaseMayEndWithAnObject() {
    Object owner = new Object();
    acquire("one").closeAfter(owner);
    ClassifierCache.releaseUnused();
    assertThat(ClassifierCache.loaded("one")).isEqualTo(1);
    assertThat(owner).isNotNull();

    owner = null;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ClassifierCache.loaded("one") > 0 && System.nanoTime() < deadline) {
      System.gc();
      Thread.onSpinWait();
      ClassifierCache.releaseUnused();
    }
    assertThat(ClassifierCache.loaded("one")).isZero();
  }

  private ClassifierCache.Lease acquire(String digest) {
    return acquire(digest, Placement.CPU);
  }

  /** The cache does not look at what it keeps: it is on the processor in any case. */
  private ClassifierCache.Lease acquire(String digest, Placement placement) {
    return ClassifierCache.acquire(
        new ClassifierCache.Key(digest, BUNDLE.settings(), Alternatives.NONE, placement),
        () -> {
          loads.incrementAndGet();
          return new Classifier(BUNDLE, BUNDLE.settings());
        });
  }
}
