package io.github.ptcspark.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the parts of the program take, by PyTorch's own profiler: every operator and every function
 * of the program is an event, and a part's time is that of its events less that of the events
 * within.
 */
final class OperatorProfile {

  /** A part of the program. */
  enum Part {
    EMBEDDING("embedding"),
    PRODUCTS("products of linear layers"),
    QUANTISATION("to int8 and back, or bf16"),
    ATTENTION("attention"),
    SCORES("scores"),
    SELECTION("selection"),
    ACTIVATION("GELU"),
    NORMALISATION("normalisation, residuals"),
    COMBINING("combining"),
    HEAD("pooling and classifier"),
    INTERPRETER("interpreter");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static final Set<String> PRODUCTS =
      Set.of(
          "onednn::qlinear_pointwise",
          "quantized::linear_dynamic",
          "quantized::linear_with_input_q_dq_qweight_dq_output_fp32",
          "mkldnn::_linear_pointwise",
          "aten::linear");

  private static final Map<String, Part> FUNCTIONS =
      Map.ofEntries(
          Map.entry("embed", Part.EMBEDDING),
          Map.entry("linear", Part.QUANTISATION),
          Map.entry("attend", Part.ATTENTION),
          Map.entry("survivors", Part.SELECTION),
          Map.entry("rows_of", Part.SELECTION),
          Map.entry("gelu", Part.ACTIVATION),
          Map.entry("add_and_normalise", Part.NORMALISATION),
          Map.entry("append_tokens", Part.COMBINING),
          Map.entry("combine", Part.COMBINING),
          Map.entry("classify", Part.HEAD));

  private static final Set<String> SCORES = Set.of("aten::addmm_", "aten::sum");

  private final Map<Part, Double> micros = new EnumMap<>(Part.class);
  private double inside;

  private OperatorProfile() {}

  /** Runs a call of the program so many times under the profiler. */
  static OperatorProfile of(Runnable call, int times) throws IOException {
    Path trace = Files.createTempFile("profile", ".json");
    try {
      JniUtils.startProfile(false, false, false);
      for (int i = 0; i < times; i++) {
        call.run();
      }
      JniUtils.stopProfile(trace.toString());
      OperatorProfile profile = new OperatorProfile();
      profile.read(new ObjectMapper().readTree(trace.toFile()));
      return profile;
    } finally {
      Files.delete(trace);
    }
  }

  /** Microseconds that a part took, all calls together; the profiler's own time is in them. */
  double micros(Part part) {
    return micros.getOrDefault(part, 0.0);
  }

  /** Microseconds within the program. */
  double inside() {
    return inside;
  }

  private record Event(String name, double start, double end) {
    boolean isFunction() {
      return !name.contains("::");
    }
  }

  private void read(JsonNode trace) {
    List<Event> all = new ArrayList<>();
    for (JsonNode event : trace.isArray() ? trace : trace.path("traceEvents")) {
      if (event.has("dur")) {
        double start = event.path("ts").asDouble();
        all.add(
            new Event(event.path("name").asText(), start, start + event.path("dur").asDouble()));
      }
    }
    all.sort(
        Comparator.comparingDouble(Event::start)
            .thenComparing(Event::end, Comparator.reverseOrder()));
    Deque<Event> open = new ArrayDeque<>();
    for (Event event : all) {
      while (!open.isEmpty() && open.peek().end() <= event.start()) {
        open.pop();
      }
      double length = event.end() - event.start();
      if (open.isEmpty()) {
        inside += length;
      } else {
        micros.merge(part(open), -length, Double::sum);
      }
      open.push(event);
      micros.merge(part(open), length, Double::sum);
    }
  }

  /** The part that the innermost of the open events belongs to. */
  private static Part part(Deque<Event> open) {
    if (open.peek().isFunction()) {
      return Part.INTERPRETER;
    }
    boolean product = false;
    boolean score = false;
    for (Event event : open) {
      product |= PRODUCTS.contains(event.name());
      score |= SCORES.contains(event.name());
      Part part = event.isFunction() ? FUNCTIONS.get(event.name()) : null;
      if (part == Part.QUANTISATION && product) {
        return Part.PRODUCTS;
      }
      if (part == Part.ATTENTION && score) {
        return Part.SCORES;
      }
      if (part != null) {
        return part;
      }
    }
    // Of the encoder itself: the tokens that stay are gathered there.
    return Part.SELECTION;
  }
}
