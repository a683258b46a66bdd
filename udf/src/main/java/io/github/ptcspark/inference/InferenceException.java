package io.github.ptcspark.inference;

/** The model failed on one document; it can go on with others. */
public final class InferenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InferenceException(String message) {
    super(message);
  }

  /** PyTorch's failure, without the trace of the program that its message begins with. */
  InferenceException(RuntimeException cause) {
    super(lastLine(cause), cause);
  }

  private static String lastLine(RuntimeException cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
    return message.isEmpty()
        ? cause.getClass().getSimpleName()
        : message.substring(message.lastIndexOf('\n') + 1);
  }
}
