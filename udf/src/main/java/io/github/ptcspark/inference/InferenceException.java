package io.github.ptcspark.inference;

/** The model failed on one document; it can go on with others. */
public final class InferenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** How PyTorch's messages of a failed kernel and of a full GPU begin. */
  private static final String GPU_FAILURE = "CUDA error";

  private static final String GPU_FULL = "CUDA out of memory";

  InferenceException(String message) {
    super(message);
  }

  /**
   * Whether the GPU has no room for so much at once: fewer texts may fit, and no text is to blame.
   */
  public boolean isGpuFull() {
    return getMessage().contains(GPU_FULL);
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
