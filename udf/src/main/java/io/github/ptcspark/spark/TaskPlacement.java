package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.inference.Placement;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where a model runs in the task that asks. */
final class TaskPlacement {

  private static final String GPU = "gpu";
  private static final String DRIVER = "driver";

  private TaskPlacement() {}

  /**
   * The processor, or the GPU that Spark assigned to this task. A local Spark assigns none and has
   * the first.
   *
   * @throws IllegalStateException if there should be a GPU and Spark assigned none
   */
  static Placement of(Device device) {
    if (device == Device.CPU) {
      return Placement.CPU;
    }
    TaskContext task = TaskContext.get();
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(GPU);
    if (gpus != null && gpus.addresses().length > 0) {
      return Placement.gpu(number(gpus.addresses()[0]));
    }
    if (SparkEnv.get().executorId().equals(DRIVER)) {
      return Placement.gpu(0);
    }
    throw new IllegalStateException(
        "Cannot use a GPU: Spark assigned none to the task; spark.executor.resource.gpu.amount and"
            + " spark.task.resource.gpu.amount ask for one");
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "Cannot use GPU %s: Spark's address of a GPU must be its number".formatted(address), e);
    }
  }
}
