package io.github.ptcspark.inference;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.FailureReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The one PyTorch library of this JVM.
 *
 * <p>What DJL reads when the library loads is set here first: no network, no tracking, one thread
 * an operator. The library is unpacked to the {@link LibraryDirectory} under a lock, so that
 * several executors of one machine do not unpack it at once.
 */
public final class NativeRuntime {

  static final String ENGINE = "PyTorch";

  private static final String NO_GPU =
      "PyTorch finds none here; it must be the library with CUDA (mvn package -Pgpu), and NVIDIA's"
          + " driver must see the GPU";

  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private static final ReentrantReadWriteLock CALLS = new ReentrantReadWriteLock();
  private static final long SECONDS_TO_STOP = 30;

  private static boolean loaded;

  private NativeRuntime() {}

  /**
   * Loads the library unless it is loaded.
   *
   * @throws BundleException if it cannot be unpacked to a directory of the user, or the system
   *     refuses it, such as one for GPUs where there is no driver
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    Path directory = LibraryDirectory.prepare();
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("ptc.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        Engine.getEngine(ENGINE);
      }
    } catch (EngineException e) {
      throw new BundleException("Cannot load PyTorch: " + innermost(e).getMessage(), e);
    } catch (IOException e) {
      throw new BundleException(
          "Cannot unpack PyTorch to %s: %s".formatted(directory, FailureReason.of(e)), e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(NativeRuntime::stopCalls, "ptc-stop-calls"));
    loaded = true;
  }

  /**
   * Sets the threads that one operator may use from now on, in threads that have not yet run one
   * and in the calling thread. Inference uses one; training may use all cores.
   */
  public static void useThreads(int threads) {
    load();
    JniUtils.setNumThreads(threads);
  }

  /** Why PyTorch cannot run on a GPU in this JVM; nothing if it can. */
  public static Optional<String> lackOfGpu() {
    try {
      load();
    } catch (BundleException e) {
      return Optional.of(e.getMessage());
    }
    return JniUtils.getFeatures().contains("CUDA") ? Optional.empty() : Optional.of(NO_GPU);
  }

  /** Versions of what runs the program, by name. */
  public static Map<String, String> versions() {
    load();
    return Map.of("djl", Engine.getDjlVersion(), "pytorch", Engine.getEngine(ENGINE).getVersion());
  }

  /**
   * Runs a method of a module so that the program runs the same operators at its first call as at
   * its thousandth (a setting that belongs to a thread, not to a module), and so that the JVM does
   * not unload the library underneath it: at the end calls that run are waited for, and no others
   * start.
   */
  static IValue run(PtSymbolBlock module, String method, IValue... inputs) {
    return call(() -> IValueUtils.runMethod(module, method, inputs));
  }

  /** The same for a call that DJL differentiates; the last input is named after the method. */
  static NDList train(PtSymbolBlock module, NDList inputs) {
    return call(() -> IValueUtils.forward(module, inputs, true));
  }

  private static <T> T call(Supplier<T> nativeCode) {
    CALLS.readLock().lock();
    try {
      if (!PREPARED.get()) {
        JniUtils.setGraphExecutorOptimize(false);
        PREPARED.set(true);
      }
      return nativeCode.get();
    } finally {
      CALLS.readLock().unlock();
    }
  }

  private static Throwable innermost(Throwable failure) {
    return failure.getCause() == null ? failure : innermost(failure.getCause());
  }

  /** Takes the lock that calls share, for good. */
  private static void stopCalls() {
    try {
      if (!CALLS.writeLock().tryLock(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
