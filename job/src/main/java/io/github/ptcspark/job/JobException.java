package io.github.ptcspark.job;

import io.github.ptcspark.bundle.FailureReason;

/**
 * Something the user asked for that cannot be done: the message, of the form "Cannot verb thing:
 * reason", is all that is shown.
 */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A failure with a message for the user. */
  public JobException(String message) {
    super(message);
  }

  /** A failure with a message for the user and its cause. */
  public JobException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What a failure comes from, in one line, see {@link FailureReason}. */
  public static String reason(Throwable failure) {
    return FailureReason.of(failure);
  }
}
