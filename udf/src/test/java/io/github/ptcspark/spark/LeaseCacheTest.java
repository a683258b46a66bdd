package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

public class LeaseCacheTest {

  /** For the case that threads wait for each other for ever. */
  @Rule public final Timeout timeout = Timeout.seconds(60);

  private final List<String> freed = new ArrayList<>();
  private final Queue<Runnable> timers = new ArrayDeque<>();
  private final LeaseCache<String, String> cache =
      new LeaseCache<>(
          freed::add,
          Duration.ofMinutes(10),
          (delay, action) -> {
            assertThat(delay).isEqualTo(Duration.ofMinutes(10));
            timers.add(action);
          });

  @Test
  public void whileAValueLoadsOthersCanBeHad() throws Exception {
    acquire("there").close();
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<String> slow = new CompletableFuture<>();
    CompletableFuture<LeaseCache<String, String>.Lease> lease =
        inThread(
            () ->
                cache.acquire(
                    "slow",
                    key -> false,
                    () -> {
                      loading.countDown();
                      return slow.join();
                    }));
    loading.await();

    assertThat(acquire("there").value()).isEqualTo("there");
    assertThat(acquire("new").value()).isEqualTo("new");
    assertThat(lease).isNotDone();

    slow.complete("came");
    assertThat(lease.get().value()).isEqualTo("came");
  }

  @Test
  public void theFailureOfALoadIsForTheOneWhoTriedIt() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<String> first = new CompletableFuture<>();
    AtomicInteger loads = new AtomicInteger();
    CompletableFuture<LeaseCache<String, String>.Lease> one =
        inThread(
            () ->
                cache.acquire(
                    "key",
                    key -> false,
                    () -> {
                      loading.countDown();
                      return first.join();
                    }));
    loading.await();
    List<CompletableFuture<LeaseCache<String, String>.Lease>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(
          inThread(
              () ->
                  cache.acquire(
                      "key",
                      key -> false,
                      () -> {
                        loads.incrementAndGet();
                        return "second";
                      })));
    }
    first.completeExceptionally(new IllegalStateException("no memory"));

    assertThatThrownBy(one::get).isInstanceOf(ExecutionException.class);
    for (CompletableFuture<LeaseCache<String, String>.Lease> other : others) {
      assertThat(other.get().value()).isEqualTo("second");
    }
    assertThat(loads).hasValue(1);
    assertThat(freed).isEmpty();
  }

  @Test
  public void aFailureIsNotKept() {
    assertThatThrownBy(
            () ->
                cache.acquire(
                    "key",
                    key -> false,
                    () -> {
                      throw new IllegalStateException("damaged");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("damaged");
    assertThat(cache.count(key -> true)).isZero();
    assertThat(acquire("key").value()).isEqualTo("key");
  }

  @Test
  public void aWaitThatIsInterruptedEndsAlone() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<String> value = new CompletableFuture<>();
    CompletableFuture<LeaseCache<String, String>.Lease> loader =
        inThread(
            () ->
                cache.acquire(
                    "key",
                    key -> false,
                    () -> {
                      loading.countDown();
                      return value.join();
                    }));
    loading.await();
    CompletableFuture<LeaseCache<String, String>.Lease> waiter =
        inThread(
            () -> {
              Thread.currentThread().interrupt();
              return acquire("key");
            });

    assertThatThrownBy(waiter::get).hasRootCauseInstanceOf(InterruptedException.class);
    value.complete("came");
    loader.get().close();
    cache.freeUnused();
    assertThat(freed).containsExactly("came");
  }

  @Test
  public void aValueThatIsUsedIsNeverFreed() {
    LeaseCache<String, String>.Lease used = acquire("used");
    LeaseCache<String, String>.Lease twice = acquire("used");
    used.close();
    used.close();

    acquire("other");
    cache.freeUnused();
    runTimers();
    assertThat(freed).isEmpty();
    assertThat(twice.value()).isEqualTo("used");
  }

  @Test
  public void anotherValueTakesThePlaceOfThoseWithoutUsers() {
    acquire("one").close();
    acquire("staying").close();

    cache.acquire("two", key -> !key.equals("staying"), () -> "two");
    assertThat(freed).containsExactly("one");
  }

  @Test
  public void aValueGoesAfterATimeWithoutUsers() {
    acquire("key").close();
    acquire("key").close();
    assertThat(timers).hasSize(1);

    runTimers();
    assertThat(freed).as("used since the timer began").isEmpty();
    assertThat(timers).hasSize(1);

    runTimers();
    assertThat(freed).containsExactly("key");
    assertThat(timers).isEmpty();
    assertThat(cache.count(key -> true)).isZero();
  }

  @Test
  public void useStopsTheTimeAndItsEndBeginsItAnew() {
    acquire("key").close();
    LeaseCache<String, String>.Lease again = acquire("key");
    runTimers();
    assertThat(timers).isEmpty();

    again.close();
    runTimers();
    assertThat(freed).containsExactly("key");
  }

  @Test
  public void aTimerOfAValueThatIsGoneDoesNothing() {
    acquire("key").close();
    cache.freeUnused();
    acquire("key").close();
    runTimers();
    assertThat(freed).containsExactly("key", "key");
    runTimers();
    assertThat(freed).hasSize(2);
  }

  private LeaseCache<String, String>.Lease acquire(String key) {
    return cache.acquire(key, other -> false, () -> key);
  }

  /** Lets the time pass of all that are set now. */
  private void runTimers() {
    for (Runnable timer : List.copyOf(timers)) {
      timers.remove(timer);
      timer.run();
    }
  }

  private static <T> CompletableFuture<T> inThread(Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(action.get());
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }
}
