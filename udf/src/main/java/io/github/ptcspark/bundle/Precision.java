package io.github.ptcspark.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The arithmetic of the encoder, which decides what it runs on. An exact one gives the same numbers
 * wherever it runs; {@link #AUTO} and {@link #INT8} leave it to the processors of a run which one
 * it is.
 */
public enum Precision {
  /** The fastest exact one of the processors. */
  AUTO(Device.CPU),
  /** 32-bit floating point. */
  FP32(Device.CPU),
  /**
   * 8-bit integers in linear layers, weights by output channel: {@link #INT8_BY_TOKEN} where the
   * processors have it, or else {@link #INT8_BY_DOCUMENT}.
   */
  INT8(Device.CPU),
  /**
   * 16-bit floating point with the exponents of fp32 (bfloat16) in linear layers and attention; 32
   * bits between them and in the classifier.
   */
  BF16(Device.CPU),
  /** Int8 whose activations have a scale a token. */
  INT8_BY_TOKEN(INT8, "int8 with a scale for each token"),
  /** Int8 whose activations have one scale for all tokens of a document. */
  INT8_BY_DOCUMENT(INT8, "int8 with one scale for each document"),
  /** 16-bit floating point; 32 in the classifier. */
  FP16(Device.GPU);

  private final Device device;
  private final Precision family;
  private final String meaning;

  Precision(Device device) {
    this.device = device;
    this.family = this;
    this.meaning = "";
  }

  Precision(Precision family, String meaning) {
    this.device = family.device;
    this.family = family;
    this.meaning = meaning;
  }

  /** What runs it. */
  public Device device() {
    return device;
  }

  /** The precision of which this is a kind; itself if of none. */
  public Precision family() {
    return family;
  }

  /** Whether it leaves nothing to the processors. */
  public boolean isExact() {
    return Arrays.stream(values()).noneMatch(kind -> kind != this && allows(kind));
  }

  /** Whether who asks for this one may get another. */
  public boolean allows(Precision other) {
    return other == this || other.family == this || (this == AUTO && other.device == device);
  }

  /** All that a device runs. */
  public static List<Precision> on(Device device) {
    return Arrays.stream(values()).filter(precision -> precision.device == device).toList();
  }

  /** The one of a name; nothing if there is none. */
  public static Optional<Precision> named(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.toString().equals(name))
        .findFirst();
  }

  /** The name, and what it means where the name does not say it. */
  public String description() {
    return meaning.isEmpty() ? toString() : "%s (%s)".formatted(this, meaning);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
