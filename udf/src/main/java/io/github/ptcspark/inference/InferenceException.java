package io.github.ptcspark.inference;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The model refuses one document, and would refuse it wherever and whenever it came: it can go on
 * with others.
 *
 * <p>What is the document's own fault is a short list, given here; {@link DocumentTokenizer} adds
 * what the tokenizer says of a text, {@link Classifier} logits that are not finite. Nothing else
 * is: a document that is rejected stays rejected, so a machine without memory, a GPU that failed, a
 * model that was closed or a mistake of this program must never be taken for one. Such failures
 * have no end that a list could reach, so they are whatever is not on this one; they end the task,
 * which Spark tries again.
 */
public final class InferenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** How the line begins that says what is wrong, below the trace of the program. */
  private static final String FAILURE = "RuntimeError: ";

  /**
   * What a call says that refuses the document: an exception or assertion that the program raises
   * itself (PyTorch's own failures are all called RuntimeError), a token that has no embedding, or
   * numbers that have overflowed, of which int8 finds no range before they reach the logits.
   */
  private static final Pattern REFUSAL =
      Pattern.compile(
          "builtins\\.\\w+:.*"
              + "|(RuntimeError: )?AssertionError:.*"
              + "|RuntimeError: index out of range in self"
              + "|RuntimeError: In ChooseQuantizationParams, min should be less than or equal to max");

  InferenceException(String message) {
    super(message);
  }

  InferenceException(String message, RuntimeException cause) {
    super(message, cause);
  }

  /**
   * What a failed call of PyTorch means: an exception of this class if the document is at fault,
   * else one that ends the task. Either says in one line what happened, without the trace of the
   * program that PyTorch's message begins with.
   */
  static RuntimeException of(EngineException failure) {
    String reason = reason(failure);
    if (REFUSAL.matcher(reason).matches()) {
      return new InferenceException(reason, failure);
    }
    IllegalStateException end = new IllegalStateException("Cannot classify: " + reason);
    end.addSuppressed(failure); // Of a failed task the innermost cause is shown: the line above.
    return end;
  }

  /** The last failure that is named, since some say more in further lines, or the last line. */
  private static String reason(EngineException failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage().strip();
    if (message.isEmpty()) {
      return failure.getClass().getSimpleName();
    }
    List<String> lines = message.lines().toList();
    String last = lines.get(lines.size() - 1);
    return lines.stream()
        .filter(line -> line.startsWith(FAILURE))
        .reduce((earlier, later) -> later)
        .orElse(last);
  }
}
