package io.github.ptcspark.script;

import io.github.ptcspark.bundle.FloatTensor;
import java.util.List;

/**
 * A tensor of the program.
 *
 * @param shape sizes, outermost first
 * @param parts tensors of the bundle that stand one above the other in it; none if it is empty
 */
public record ProgramWeight(List<Integer> shape, List<FloatTensor> parts) {

  static final ProgramWeight EMPTY = new ProgramWeight(List.of(0), List.of());
}
