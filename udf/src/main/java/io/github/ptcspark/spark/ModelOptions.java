package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which model to run, and how, as users write it in keys and values. The keys are named as the
 * options of {@code ptc classify}; a key that is absent leaves the model's own setting.
 *
 * @param model the bundle, see {@link BundleLocation}
 * @param changes what differs from the bundle's own settings
 */
public record ModelOptions(String model, SettingsChanges changes) {

  private static final String MODEL = "model";
  private static final String POLICY = "policy";
  private static final String PRECISION = "precision";
  private static final String LONG_DOCUMENTS = "long-documents";

  private static final List<String> KEYS = List.of(MODEL, POLICY, PRECISION, LONG_DOCUMENTS);

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if there is no model, a key is unknown or a value is invalid;
   *     the message has all of that
   */
  public static ModelOptions parse(Map<String, String> options) {
    Parser parser = new Parser(new TreeMap<>(options), new ArrayList<>());
    parser.refuseUnknownKeys();
    String model = parser.text(MODEL).orElse("");
    if (model.isBlank()) {
      parser.problems().add(0, "model is not set");
    }
    SettingsChanges changes =
        new SettingsChanges(
            parser.read(POLICY, PolicyText::parse),
            parser.choice(PRECISION, Precision.on(Device.CPU)),
            parser.choice(LONG_DOCUMENTS, List.of(LongDocuments.values())));
    if (!parser.problems().isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", parser.problems()));
    }
    return new ModelOptions(model, changes);
  }

  private record Parser(Map<String, String> options, List<String> problems) {

    void refuseUnknownKeys() {
      for (String key : options.keySet()) {
        if (!KEYS.contains(key)) {
          problems.add("%s is unknown (the keys are %s)".formatted(key, String.join(", ", KEYS)));
        }
      }
    }

    Optional<String> text(String key) {
      return Optional.ofNullable(options.get(key)).map(String::strip);
    }

    /** A value of which the conversion itself says what is wrong. */
    <T> Optional<T> read(String key, Function<String, T> conversion) {
      try {
        return text(key).map(conversion);
      } catch (IllegalArgumentException e) {
        problems.add("%s: %s".formatted(key, e.getMessage()));
        return Optional.empty();
      }
    }

    <T> Optional<T> choice(String key, List<T> known) {
      return value(
          key,
          text ->
              known.stream()
                  .filter(candidate -> candidate.toString().equalsIgnoreCase(text))
                  .findFirst()
                  .orElseThrow(IllegalArgumentException::new),
          "one of " + known.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }

    <T> Optional<T> value(String key, Function<String, T> conversion, String kind) {
      Optional<String> text = text(key);
      try {
        return text.map(conversion);
      } catch (IllegalArgumentException e) {
        problems.add("%s is \"%s\", not %s".formatted(key, text.orElseThrow(), kind));
        return Optional.empty();
      }
    }
  }
}
