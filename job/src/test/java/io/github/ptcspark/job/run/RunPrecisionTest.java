package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.ProcessorSurvey.Executor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.Test;

public class RunPrecisionTest {

  private static final Processor OLD = new Processor("Old", Set.of("avx2"));
  private static final Processor VNNI = new Processor("New", Set.of("avx2", "avx512_vnni"));
  private static final Processor AMX =
      new Processor("Newest", Set.of("avx2", "avx512_vnni", "avx512_bf16", "amx_bf16"));

  @Test
  public void aNewOutputGetsTheFastestThatAllHave() {
    assertThat(decide(Precision.AUTO, null, AMX)).isEqualTo(Precision.BF16);
    assertThat(decide(Precision.AUTO, null, AMX, VNNI)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(decide(Precision.AUTO, null, AMX, OLD)).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(decide(Precision.INT8, null, AMX)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(decide(Precision.FP32, null, AMX)).isEqualTo(Precision.FP32);
  }

  @Test
  public void anOutputKeepsItsPrecision() {
    for (Precision had : List.of(Precision.INT8_BY_DOCUMENT, Precision.INT8_BY_TOKEN)) {
      assertThat(decide(Precision.AUTO, had, AMX)).isEqualTo(had);
      assertThat(decide(Precision.INT8, had, AMX)).isEqualTo(had);
    }
    assertThat(decide(Precision.AUTO, Precision.FP32, AMX)).isEqualTo(Precision.FP32);
    assertThat(decide(Precision.AUTO, Precision.BF16, AMX)).isEqualTo(Precision.BF16);
  }

  /** What is not allowed is left to the comparison of the whole output. */
  @Test
  public void whatTheUserAsksForIsNotReplacedByWhatTheOutputHas() {
    assertThat(decide(Precision.FP32, Precision.INT8_BY_TOKEN, AMX)).isEqualTo(Precision.FP32);
    assertThat(decide(Precision.INT8, Precision.BF16, AMX)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(decide(Precision.AUTO, Precision.FP16, VNNI)).isEqualTo(Precision.INT8_BY_TOKEN);
  }

  @Test
  public void aProcessorThatLacksThePrecisionOfTheOutputIsNamed() {
    assertThatThrownBy(() -> decide(Precision.AUTO, Precision.INT8_BY_TOKEN, VNNI, OLD))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot add to out: its labels were computed in int8-by-token (int8 with a scale for each"
                + " token), which needs AVX-512 VNNI or AVX-VNNI; processor Old of executor host1"
                + " lacks it; --overwrite computes all of them anew");
    assertThatThrownBy(() -> decide(Precision.AUTO, Precision.BF16, VNNI))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot add to out: its labels were computed in bf16, which needs AMX or AVX-512 BF16;"
                + " processor New of executor host0 lacks it; --overwrite computes all of them anew");
  }

  @Test
  public void aProcessorThatLacksWhatTheUserAsksForIsNamed() {
    assertThatThrownBy(() -> decide(Precision.BF16, null, AMX, VNNI))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot use precision bf16: processor New of executor host1 lacks AMX and AVX-512 BF16");
  }

  private static Precision decide(Precision wanted, Precision ofOutput, Processor... processors) {
    List<Executor> executors = new ArrayList<>();
    for (Processor processor : processors) {
      executors.add(new Executor(Optional.of("host" + executors.size()), processor));
    }
    return RunPrecision.decide(
            wanted, Optional.ofNullable(ofOutput), new ProcessorSurvey(executors), "out")
        .exact();
  }
}
