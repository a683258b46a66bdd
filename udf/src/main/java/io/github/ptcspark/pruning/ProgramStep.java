package io.github.ptcspark.pruning;

import java.util.List;

/**
 * What the TorchScript program does for a step.
 *
 * @param program the source, {@code steps/PROGRAM.py}
 * @param settings numbers that its functions read, in the order that the source gives
 * @param tensors trained tensors that it reads, in their order
 */
public record ProgramStep(String program, List<Double> settings, List<StepTensor> tensors) {

  /** Copies the lists. */
  public ProgramStep {
    settings = List.copyOf(settings);
    tensors = List.copyOf(tensors);
  }
}
