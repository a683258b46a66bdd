package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says what the executors run the model on. */
final class DeviceArguments {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = Texts.OfDevice.class,
      defaultValue = "cpu",
      description =
          "cpu or gpu (default: cpu). gpu takes the GPU that Spark assigns to a task, on a local"
              + " Spark the first, packs several documents into a call and computes in fp16; the"
              + " label of a document near a tie may be another than on the CPU.")
  private Device device;

  /**
   * The changes to a model's settings that the device brings, with others.
   *
   * @throws ParameterException if they do not go together
   */
  SettingsChanges with(SettingsChanges changes) {
    if (device == Device.CPU) {
      return changes;
    }
    if (changes.precision().filter(precision -> precision != Precision.AUTO).isPresent()) {
      throw new ParameterException(
          command.commandLine(),
          "--precision %s does not go with --device gpu, which computes in fp16"
              .formatted(changes.precision().get()));
    }
    return changes.with(Precision.FP16);
  }
}
