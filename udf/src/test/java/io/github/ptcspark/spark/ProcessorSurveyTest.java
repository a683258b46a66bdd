package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.spark.ProcessorSurvey.Executor;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.Test;

public class ProcessorSurveyTest extends SparkTest {

  private static final Processor OLD = new Processor("Old", Set.of("avx2"));
  private static final Processor VNNI = new Processor("New", Set.of("avx512_vnni"));

  @Test
  public void aLocalSparkIsThisProcessor() {
    ProcessorSurvey survey = ProcessorSurvey.of(spark().sparkContext());
    assertThat(survey).isEqualTo(ProcessorSurvey.ofThis(Processor.current()));
    assertThat(survey.toString()).isEqualTo(Processor.current().text());
  }

  @Test
  public void kindsAreCounted() {
    assertThat(survey(VNNI, OLD, VNNI).toString())
        .isEqualTo("2 executors on New (AVX-512 VNNI), 1 executor on Old");
  }

  @Test
  public void whoLacksAPrecisionIsNamed() {
    ProcessorSurvey mixed = survey(VNNI, OLD);
    assertThat(mixed.choose(Precision.AUTO)).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(mixed.choose(Precision.FP32)).isEqualTo(Precision.FP32);
    assertThatThrownBy(() -> mixed.choose(Precision.INT8_BY_TOKEN))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot use precision int8-by-token: processor Old of executor host1 lacks AVX-512 VNNI"
                + " and AVX-VNNI");
    assertThatThrownBy(() -> ProcessorSurvey.ofThis(VNNI).choose(Precision.BF16))
        .hasMessage("Cannot use precision bf16: this processor (New) lacks AMX and AVX-512 BF16");
  }

  /** An executor that came after the survey. */
  @Test
  public void aProcessorThatLacksThePrecisionOfAModelDoesNotLoadIt() {
    Bundle bundle = TestModel.bundle(1);
    try (SharedModel model = shared(bundle, Precision.INT8_BY_TOKEN)) {
      assertThatThrownBy(() -> model.lease(OLD))
          .isInstanceOf(BundleException.class)
          .hasMessage(
              "Cannot classify in int8-by-token: processor Old of driver localhost lacks AVX-512"
                  + " VNNI and AVX-VNNI");
      assertThat(LoadedModels.loaded(model.digest())).isZero();
    }
    try (SharedModel model = shared(bundle, Precision.INT8_BY_DOCUMENT)) {
      model.lease(OLD).close();
      assertThat(LoadedModels.loaded(model.digest())).isOne();
    }
  }

  @Test
  public void aSharedModelIsExact() {
    try (SharedModel model = shared(TestModel.bundle(1), Precision.AUTO)) {
      assertThat(model.settings().precision())
          .isEqualTo(Precisions.fastest(Precision.AUTO, List.of(Processor.current())));
    }
  }

  @Test
  public void expectedExecutorsAreThoseOfTheSettings() {
    SparkConf settings = new SparkConf(false);
    assertThat(LiveExecutors.expected(settings)).isEqualTo(Integer.MAX_VALUE);
    settings.set("spark.executor.instances", "3");
    assertThat(LiveExecutors.expected(settings)).isEqualTo(3);
    settings.set("spark.dynamicAllocation.enabled", "true");
    assertThat(LiveExecutors.expected(settings)).isEqualTo(3);
    settings.set("spark.dynamicAllocation.minExecutors", "5");
    assertThat(LiveExecutors.expected(settings)).isEqualTo(5);
    settings.remove("spark.dynamicAllocation.minExecutors").remove("spark.executor.instances");
    assertThat(LiveExecutors.expected(settings)).isZero();
    settings.set("spark.dynamicAllocation.initialExecutors", "2");
    assertThat(LiveExecutors.expected(settings)).isEqualTo(2);
  }

  private static SharedModel shared(Bundle bundle, Precision precision) {
    ModelSettings settings = bundle.settings().with(precision);
    return SharedModel.broadcast(spark().sparkContext(), BundleFiles.of(bundle), settings);
  }

  private static ProcessorSurvey survey(Processor... processors) {
    List<Executor> executors =
        IntStream.range(0, processors.length)
            .mapToObj(i -> new Executor(Optional.of("host" + i), processors[i]))
            .toList();
    return new ProcessorSurvey(executors);
  }
}
