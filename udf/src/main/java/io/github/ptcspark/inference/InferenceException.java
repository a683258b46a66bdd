package io.github.ptcspark.inference;

/** The model failed on one document; it can go on with others. */
public final class InferenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** How PyTorch's message of a failed kernel begins; that of too little memory is another. */
  private static final String GPU_FAILURE = "CUDA error";

  InferenceException(String message) {
    super(message);
  }

  private InferenceException(String message, RuntimeException cause) {
    super(message, cause);
  }

  /**
   * PyTorch's failure, without the trace of the program that its message begins with.
   *
   * @throws IllegalStateException if a GPU failed: then every later call would fail too, whatever
   *     the document
   */
  static InferenceException of(RuntimeException cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
    int gpu = message.indexOf(GPU_FAILURE);
    if (gpu >= 0) {
      throw new IllegalStateException(message.substring(gpu).lines().findFirst().get(), cause);
    }
    return new InferenceException(
        message.isEmpty()
            ? cause.getClass().getSimpleName()
            : message.substring(message.lastIndexOf('\n') + 1),
        cause);
  }
}
