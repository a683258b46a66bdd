package io.github.ptcspark.bundle;

/**
 * A model that is missing, damaged, foreign or unsupported, or that cannot be run as it was asked;
 * the message is for the user.
 */
public final class BundleException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 2000;

  /** A failure with a message of the form "Cannot verb thing: reason". */
  public BundleException(String message) {
    super(line(message));
  }

  /** A failure with its cause. */
  public BundleException(String message, Throwable cause) {
    super(line(message), cause);
  }

  /** One line of bounded length, whatever the values of a file that it quotes. */
  private static String line(String message) {
    String whole = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
    return whole.replaceAll("[\\r\\n]+", " ");
  }
}
