package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.job.speed.Clock;
import io.github.ptcspark.pruning.methods.Methods;
import io.github.ptcspark.pruning.methods.PolicyGrid;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values under the names that files and documentation use. */
final class Texts {

  private Texts() {}

  /** Converts a {@link PolicyText}; what is wrong with it says the text's own exception. */
  static final class OfPolicy implements ITypeConverter<PolicyText> {
    @Override
    public PolicyText convert(String value) {
      return PolicyText.parse(value);
    }
  }

  /** Converts a {@link PolicyGrid}; an option that is a list of policies takes all of them. */
  static final class OfPolicies implements ITypeConverter<List<PolicyText>> {
    @Override
    public List<PolicyText> convert(String value) {
      return PolicyGrid.parse(value);
    }
  }

  /** What {@link OfPolicy} takes without options. */
  static final class PolicyMethods implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Methods.names().iterator();
    }
  }

  /** Converts {@link Device}. */
  static final class OfDevice implements ITypeConverter<Device> {
    @Override
    public Device convert(String value) {
      return parse(value, List.of(Device.values()));
    }
  }

  /** Converts a {@link Precision} that the processor runs. */
  static final class OfPrecision implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String value) {
      return parse(value, Precision.on(Device.CPU));
    }
  }

  /** What {@link OfPrecision} takes. */
  static final class PrecisionsOfProcessors implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Precision.on(Device.CPU).stream().map(Precision::toString).iterator();
    }
  }

  /** Converts {@link TrainingPrecision}. */
  static final class OfTrainingPrecision implements ITypeConverter<TrainingPrecision> {
    @Override
    public TrainingPrecision convert(String value) {
      return parse(value, List.of(TrainingPrecision.values()));
    }
  }

  /** Converts {@link LongDocuments}. */
  static final class OfLongDocuments implements ITypeConverter<LongDocuments> {
    @Override
    public LongDocuments convert(String value) {
      return parse(value, List.of(LongDocuments.values()));
    }
  }

  /** Converts {@link TrainCommand.Head}. */
  static final class OfHead implements ITypeConverter<TrainCommand.Head> {
    @Override
    public TrainCommand.Head convert(String value) {
      return parse(value, List.of(TrainCommand.Head.values()));
    }
  }

  /** Converts {@link Clock}. */
  static final class OfClock implements ITypeConverter<Clock> {
    @Override
    public Clock convert(String value) {
      return parse(value, List.of(Clock.values()));
    }
  }

  /** Converts {@link CompletionCommand.Shell}. */
  static final class OfShell implements ITypeConverter<CompletionCommand.Shell> {
    @Override
    public CompletionCommand.Shell convert(String value) {
      return parse(value, List.of(CompletionCommand.Shell.values()));
    }
  }

  private static <T> T parse(String value, List<T> known) {
    for (T candidate : known) {
      if (candidate.toString().equalsIgnoreCase(value)) {
        return candidate;
      }
    }
    throw new TypeConversionException(
        "'%s' is none of %s"
            .formatted(
                value, known.stream().map(Object::toString).collect(Collectors.joining(", "))));
  }
}
