package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleFiles;
import java.lang.ref.Cleaner;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of models whose tasks run in the JVM of the driver: they find them here, and nothing is
 * broadcast, which would hold each of them twice more.
 */
final class LocalModels {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final Map<String, BundleFiles> FILES = new ConcurrentHashMap<>();

  private LocalModels() {}

  /** Remembers files; the name by which tasks find them. */
  static String add(BundleFiles files) {
    String name = UUID.randomUUID().toString();
    FILES.put(name, files);
    return name;
  }

  /** Forgets files once nothing refers to an object any more. */
  static void removeAfter(Object owner, String name) {
    CLEANER.register(owner, () -> remove(name));
  }

  static void remove(String name) {
    FILES.remove(name);
  }

  /**
   * The files of a name.
   *
   * @throws IllegalStateException if they were forgotten
   */
  static BundleFiles get(String name) {
    BundleFiles files = FILES.get(name);
    if (files == null) {
      throw new IllegalStateException("Cannot load the model: it is closed");
    }
    return files;
  }
}
