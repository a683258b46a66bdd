package io.github.ptcspark.bundle;

import java.util.Locale;

/** What a model runs on. */
public enum Device {
  /** Cores of the processor. */
  CPU,
  /** A GPU with CUDA. */
  GPU;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
