package io.github.ptcspark.bundle;

import java.util.Locale;

/** The arithmetic of the encoder's linear layers. */
public enum Precision {
  /** 32-bit floating point. */
  FP32,
  /** 8-bit integers: weights by output channel, activations by a scale made from the document. */
  INT8;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
