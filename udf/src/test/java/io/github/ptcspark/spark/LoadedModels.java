package io.github.ptcspark.spark;

/** What tests of other packages may see of the cache. */
public final class LoadedModels {

  private LoadedModels() {}

  /** How many times a bundle is in memory. */
  public static long loaded(String digest) {
    return ClassifierCache.loaded(digest);
  }

  /** Whether something holds a lease of a bundle. */
  public static boolean inUse(String digest) {
    ClassifierCache.releaseUnused();
    return ClassifierCache.loaded(digest) > 0;
  }
}
