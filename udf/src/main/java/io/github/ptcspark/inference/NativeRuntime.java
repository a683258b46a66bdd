package io.github.ptcspark.inference;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The one PyTorch library of this JVM.
 *
 * <p>What DJL reads when the library loads is set here first: no network, no tracking, one thread
 * an operator. The library is unpacked to DJL's cache directory ({@code DJL_CACHE_DIR}) under a
 * lock, so that several executors of one machine do not unpack it at once.
 */
public final class NativeRuntime {

  static final String ENGINE = "PyTorch";

  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private static boolean loaded;

  private NativeRuntime() {}

  /** Loads the library unless it is loaded. */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    Path cache = Utils.getEngineCacheDir();
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("ptc.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid()) {
          Engine.getEngine(ENGINE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack PyTorch to %s".formatted(cache), e);
    }
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

  /** Versions of what runs the program, by name. */
  public static Map<String, String> versions() {
    load();
    return Map.of("djl", Engine.getDjlVersion(), "pytorch", Engine.getEngine(ENGINE).getVersion());
  }

  /**
   * Prepares the calling thread: the program runs the same operators at its first call as at its
   * thousandth. The setting belongs to a thread, not to a module.
   */
  static void prepareThread() {
    if (!PREPARED.get()) {
      JniUtils.setGraphExecutorOptimize(false);
      PREPARED.set(true);
    }
  }
}
