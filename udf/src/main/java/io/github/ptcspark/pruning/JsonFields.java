package io.github.ptcspark.pruning;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads the fields of a JSON object by name and type and collects what is wrong with them, so that
 * a user sees all of it at once.
 *
 * <p>A field that is missing or of the wrong type reads as 0, an empty text or null; whoever uses
 * the values looks at {@link #problems()} first.
 */
public final class JsonFields {

  private final JsonNode object;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  /** A reader of one object. */
  public JsonFields(JsonNode object) {
    this.object = object;
    if (!object.isObject()) {
      problems.add(object + " is not a JSON object");
    }
  }

  /** What is wrong, in the order of reading; each with key and value. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Notes a problem that the caller found. */
  public void problem(String problem) {
    problems.add(problem);
  }

  /** Whether the key is there, with a value that is not null. */
  public boolean has(String key) {
    known.add(key);
    return object.hasNonNull(key);
  }

  /** A 32-bit integer. */
  public int integer(String key) {
    JsonNode value =
        field(key, node -> node.isIntegralNumber() && node.canConvertToInt(), "an integer");
    return value == null ? 0 : value.intValue();
  }

  /** A 32-bit integer, with a value for when the key is missing. */
  public int integer(String key, int missing) {
    return has(key) ? integer(key) : missing;
  }

  /** A number. */
  public double number(String key) {
    JsonNode value = field(key, JsonNode::isNumber, "a number");
    return value == null ? 0 : value.doubleValue();
  }

  /** A number, with a value for when the key is missing. */
  public double number(String key, double missing) {
    return has(key) ? number(key) : missing;
  }

  /** A text. */
  public String text(String key) {
    JsonNode value = field(key, JsonNode::isTextual, "a text");
    return value == null ? "" : value.textValue();
  }

  /** A text, with a value for when the key is missing. */
  public String text(String key, String missing) {
    return has(key) ? text(key) : missing;
  }

  /** True or false. */
  public boolean flag(String key) {
    JsonNode value = field(key, JsonNode::isBoolean, "true or false");
    return value != null && value.booleanValue();
  }

  /** An object. */
  public JsonNode object(String key) {
    return field(key, JsonNode::isObject, "a JSON object");
  }

  /** One of the constants of an enumeration, by its {@code toString}. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    return choice(key, List.of(type.getEnumConstants()));
  }

  /** A value of which only some are possible here. */
  public <E extends Enum<E>> E choice(String key, List<E> choices) {
    String names = choices.stream().map(Object::toString).collect(Collectors.joining(", "));
    JsonNode value = field(key, node -> true, "");
    if (value == null) {
      return null;
    }
    for (E choice : choices) {
      if (value.isTextual() && choice.toString().equals(value.textValue())) {
        return choice;
      }
    }
    problems.add("%s: %s is not one of %s".formatted(key, value, names));
    return null;
  }

  /** Notes every key that was not asked for. */
  public void refuseOthers() {
    for (Iterator<String> keys = object.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!known.contains(key)) {
        problems.add(
            "unknown key %s: %s (known: %s)"
                .formatted(key, object.get(key), String.join(", ", known)));
      }
    }
  }

  private JsonNode field(String key, Predicate<JsonNode> fits, String type) {
    if (!has(key)) {
      problems.add(key + ": missing");
      return null;
    }
    JsonNode value = object.get(key);
    if (!fits.test(value)) {
      problems.add("%s: %s is not %s".formatted(key, value, type));
      return null;
    }
    return value;
  }
}
