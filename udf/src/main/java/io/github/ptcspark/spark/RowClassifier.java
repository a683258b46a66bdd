package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;

/**
 * A model for expressions, which see one text at a time and do not know where: in a task, or on the
 * driver, which evaluates constants while it plans.
 *
 * <p>In a task the model is leased at the first text, until the task ends; on the driver, until
 * nothing refers to this object. Later texts cost no lock. The same text again costs nothing: the
 * last answer is kept, because Spark evaluates an expression once in a filter and again in the
 * projection above it. Threads may share it.
 */
public final class RowClassifier implements Serializable {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private transient volatile Use use;
  private transient volatile Answer last;

  /** A classifier for expressions of one model. */
  public RowClassifier(SharedModel model) {
    this.model = model;
  }

  /** The model. */
  public SharedModel model() {
    return model;
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return classifier().labels();
  }

  /** Classifies a text; nothing for one that a run would reject, null and empty included. */
  public Optional<Classification> classify(String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    Answer answer = last;
    if (answer == null || !answer.text().equals(text)) {
      answer = new Answer(text, Outcome.of(classifier(), text).classification());
      last = answer;
    }
    return Optional.ofNullable(answer.classification());
  }

  private Classifier classifier() {
    TaskContext task = TaskContext.get();
    KilledTask.endIfMarked(task);
    Use current = use;
    if (current == null || current.task() != task) {
      current = new Use(task, task == null ? classifierOfThis() : model.classifierOfTask());
      use = current;
    }
    return current.classifier();
  }

  private Classifier classifierOfThis() {
    ClassifierCache.Lease lease = model.lease();
    lease.closeAfter(this);
    return lease.classifier();
  }

  private record Use(TaskContext task, Classifier classifier) {}

  private record Answer(String text, Classification classification) {}
}
