package io.github.ptcspark.bundle;

/**
 * A model that is missing, damaged, foreign or unsupported, or that cannot be run as it was asked;
 * the message is for the user.
 */
public final class BundleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A failure with a message of the form "Cannot verb thing: reason". */
  public BundleException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
