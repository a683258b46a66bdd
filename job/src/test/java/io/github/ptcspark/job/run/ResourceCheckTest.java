package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.testing.TestModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.junit.Test;

public class ResourceCheckTest {

  private static final long GIB = 1L << 30;

  private final BundleFiles files = BundleFiles.of(TestModel.bundle(1));
  private final SparkConf settings = new SparkConf(false);
  private final Processor processor = new Processor("Sixth", Set.of("avx512f"));
  private Optional<String> lackOfGpu = Optional.of("no driver");

  @Test
  public void whatFitsPasses() {
    check("local[*]", 2, GIB);
    check("local", 1, GIB);
    check("local[2]", 2, GIB);
    settings.set("spark.executor.cores", "3");
    check("spark://127.0.0.1:7077", 2, GIB);
    check("yarn", 2, GIB);
    check("k8s://https://127.0.0.1", 2, GIB);
  }

  @Test
  public void moreTasksThanCoresAreRefused() {
    assertThatThrownBy(() -> check("local[3]", 2, GIB))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot run with these settings of Spark:\n  spark.master is local[3]: 3 tasks at once,"
                + " each with a thread of its own, on 2 cores; local[*] uses as many as there are");
  }

  @Test
  public void everyMemoryThatIsTooSmallIsNamed() {
    settings.set("spark.executor.memory", "200m").set("spark.executor.memoryOverhead", "64m");
    assertThatThrownBy(() -> check("yarn", 2, GIB))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("spark.executor.memory is 200 MiB: the model needs ")
        .hasMessageContaining("spark.executor.memoryOverhead is 64 MiB: the model needs ");
    assertThatThrownBy(() -> check("local[*]", 2, GIB / 8))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("spark.driver.memory is 128 MiB: the model needs ");
  }

  @Test
  public void theDriverOfAClusterNeedsAsMuchHeapAsAnExecutor() {
    MemoryNeeds needs = check("yarn", 2, GIB);
    for (String master : List.of("spark://127.0.0.1:7077", "yarn", "k8s://https://127.0.0.1")) {
      check(master, 2, needs.heap());
      assertThatThrownBy(() -> check(master, 2, needs.heap() - 1))
          .isInstanceOf(JobException.class)
          .hasMessage(
              "Cannot run with these settings of Spark:\n  spark.driver.memory is %s: the model"
                      .formatted(MemoryNeeds.text(needs.heap() - 1))
                  + " needs %s of heap in the driver".formatted(MemoryNeeds.text(needs.heap())));
    }
  }

  @Test
  public void theOverheadGrowsWithTasksAndModel() {
    settings.set("spark.executor.cores", "16");
    MemoryNeeds many = check("yarn", 2, GIB, "spark.executor.memoryOverhead", "2g");
    settings.set("spark.executor.cores", "1");
    MemoryNeeds one = check("yarn", 2, GIB);
    assertThat(many.beside() - one.beside()).isEqualTo(15L * (32 << 20));
    assertThat(one.beside()).isGreaterThan(files.weightBytes());
    assertThat(one.heap()).isEqualTo(many.heap());
  }

  @Test
  public void aFullModelCountsWhereItIsLoaded() {
    BundleFiles both = files.withFull(BundleFiles.of(TestModel.bundle(2)));
    assertThat(MemoryNeeds.of(both, 1).beside()).isGreaterThan(MemoryNeeds.of(files, 1).beside());
    assertThat(MemoryNeeds.of(both.withoutFull(), 1).beside())
        .isEqualTo(MemoryNeeds.of(files, 1).beside());
  }

  @Test
  public void standaloneWorkersDoNotLimitWhatIsBesideTheHeap() {
    check("spark://127.0.0.1:7077", 2, GIB, "spark.executor.memoryOverhead", "1m");
  }

  @Test
  public void aGpuThatSparkHandsToNobodyIsRefused() {
    settings.set("spark.master", "yarn");
    assertThatThrownBy(this::checkGpu)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("spark.executor.resource.gpu.amount is not set: --device gpu needs")
        .hasMessageContaining("spark.task.resource.gpu.amount is not set: ");

    settings.set("spark.executor.resource.gpu.amount", "2");
    settings.set("spark.task.resource.gpu.amount", "0.25");
    checkGpu();
  }

  @Test
  public void aLocalSparkNeedsAGpuHere() {
    settings.set("spark.master", "local[2]");
    lackOfGpu = Optional.empty();
    checkGpu();
    lackOfGpu = Optional.of("no driver");
    assertThatThrownBy(this::checkGpu)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("--device is gpu: no driver");
  }

  @Test
  public void aLocalSparkNeedsAProcessorThatHasThePrecision() {
    for (String master : List.of("local", "local[2]", "local[*]")) {
      settings.set("spark.master", master);
      ResourceCheck check = new ResourceCheck(settings, 2, GIB, () -> lackOfGpu, processor);
      assertThatThrownBy(() -> check.check(files, Precision.BF16))
          .isInstanceOf(BundleException.class)
          .hasMessage(
              "Cannot use precision bf16: this processor (Sixth) lacks AMX and AVX-512 BF16");
      assertThatThrownBy(() -> check.check(files, Precision.INT8_BY_TOKEN))
          .hasMessage(
              "Cannot use precision int8-by-token: this processor (Sixth) lacks AVX-512 VNNI and"
                  + " AVX-VNNI");
      for (Precision had :
          List.of(Precision.AUTO, Precision.INT8, Precision.INT8_BY_DOCUMENT, Precision.FP32)) {
        check.check(files, had);
      }
      for (String flag : List.of("amx_bf16", "avx512_bf16")) {
        new ResourceCheck(settings, 2, GIB, () -> lackOfGpu, new Processor("Seventh", Set.of(flag)))
            .check(files, Precision.BF16);
      }
    }
  }

  @Test
  public void theDriverOfAClusterNeedsNoPrecision() {
    settings.set("spark.master", "yarn");
    new ResourceCheck(settings, 2, GIB, () -> lackOfGpu, processor).check(files, Precision.BF16);
  }

  private void checkGpu() {
    new ResourceCheck(settings, 2, GIB, () -> lackOfGpu, processor).check(files, Precision.FP16);
  }

  private MemoryNeeds check(String master, int processors, long heap, String... more) {
    settings.set("spark.master", master);
    if (more.length > 0) {
      settings.set(more[0], more[1]);
    }
    ResourceCheck check = new ResourceCheck(settings, processors, heap, () -> lackOfGpu, processor);
    check.check(files, Precision.AUTO);
    return check.needs(files);
  }
}
