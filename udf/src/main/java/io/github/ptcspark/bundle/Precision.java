package io.github.ptcspark.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The arithmetic of the encoder, which decides what it runs on. */
public enum Precision {
  /** 32-bit floating point. */
  FP32(Device.CPU),
  /**
   * 8-bit integers in linear layers: weights by output channel, activations by a scale made from
   * the token, or from the document on processors without VNNI.
   */
  INT8(Device.CPU),
  /**
   * 16-bit floating point with the exponents of fp32 (bfloat16) in linear layers and attention; 32
   * bits between them and in the classifier.
   */
  BF16(Device.CPU),
  /** 16-bit floating point; 32 in the classifier. */
  FP16(Device.GPU);

  private final Device device;

  Precision(Device device) {
    this.device = device;
  }

  /** What runs it. */
  public Device device() {
    return device;
  }

  /** All that a device runs. */
  public static List<Precision> on(Device device) {
    return Arrays.stream(values()).filter(precision -> precision.device == device).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
