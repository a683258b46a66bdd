package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.List;

/**
 * What tuning found.
 *
 * @param model as the user named it
 * @param settings of the unpruned model, in an exact precision
 * @param processor that it was measured on
 * @param tasks what was tuned on, in order
 * @param settingsTried how many settings there were
 * @param tested the settings whose accuracy was measured, the fastest first; the last is chosen
 * @param unseen what was not tuned on
 * @param onUnseen the chosen setting there
 */
public record TuneFigures(
    String model,
    ModelSettings settings,
    String processor,
    List<String> tasks,
    int settingsTried,
    List<Setting> tested,
    String unseen,
    OnTask onUnseen) {

  /** Copies the lists. */
  public TuneFigures {
    tasks = List.copyOf(tasks);
    tested = List.copyOf(tested);
  }

  /**
   * A policy on one task.
   *
   * @param millisUnpruned processor time of a document without pruning
   * @param millis the same with it
   * @param accuracyUnpruned share of the documents with the right label without pruning
   * @param accuracy the same with it
   */
  public record OnTask(
      double millisUnpruned, double millis, double accuracyUnpruned, double accuracy) {

    /** Share of the time that is saved. */
    public double saved() {
      return 1 - millis / millisUnpruned;
    }

    /** How much accuracy is lost, of 1; negative if some is won. */
    public double lost() {
      return accuracyUnpruned - accuracy;
    }
  }

  /**
   * A policy on all tasks.
   *
   * @param onTasks in the order of the tasks
   */
  public record Setting(PruningPolicy policy, List<OnTask> onTasks) {

    /** Copies the list. */
    public Setting {
      onTasks = List.copyOf(onTasks);
    }

    /** Mean share of the time that is saved. */
    public double saved() {
      return onTasks.stream().mapToDouble(OnTask::saved).average().orElseThrow();
    }

    /** Mean accuracy lost. */
    public double lost() {
      return onTasks.stream().mapToDouble(OnTask::lost).average().orElseThrow();
    }
  }

  /** The fastest that does not lose too much. */
  public Setting chosen() {
    return tested.get(tested.size() - 1);
  }
}
