package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Method;
import java.util.List;
import java.util.stream.Stream;

/** All methods there are. */
public final class Methods {

  /** In the order in which users see them; the program numbers its sources by it. */
  public static final List<Method> ALL =
      List.of(
          Ptc.METHOD,
          Ratio.METHOD,
          Combining.METHOD,
          ZeroTprune.METHOD,
          PruMerge.METHOD,
          PruMerge.PLUS,
          Quantile.METHOD,
          Catp.METHOD,
          LocalMerge.METHOD,
          PredictedSaliency.METHOD,
          LinearCompression.METHOD,
          FirstTokens.METHOD,
          EvenlySpacedTokens.METHOD,
          RandomTokens.METHOD,
          Escalating.METHOD);

  /** What stands for the policy without a step. */
  public static final String NONE = "none";

  private Methods() {}

  /** The names that texts may begin with. */
  public static List<String> names() {
    return Stream.concat(Stream.of(NONE), ALL.stream().map(Method::name)).toList();
  }

  /** The sources of the program, without doubles. */
  public static List<String> programs() {
    return ALL.stream().flatMap(method -> method.program().stream()).distinct().toList();
  }
}
