package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ProcessorTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void theFirstProcessorIsRead() throws IOException {
    Processor processor =
        read(
            """
            processor\t: 0
            model\t\t: 207
            model name\t: Intel(R) Xeon(R) Processor
            flags\t\t: fpu  avx512_bf16 amx_bf16

            processor\t: 1
            model name\t: Another
            flags\t\t: fpu
            """);
    assertThat(processor.name()).isEqualTo("Intel(R) Xeon(R) Processor");
    assertThat(processor.flags()).containsExactlyInAnyOrder("fpu", "avx512_bf16", "amx_bf16");
  }

  @Test
  public void aSystemWithoutAListHasNoFlags() throws IOException {
    Processor expected = new Processor(System.getProperty("os.arch"), Set.of());
    assertThat(Processor.read(folder.getRoot().toPath().resolve("cpuinfo"))).isEqualTo(expected);
    assertThat(read("processor\t: 0\nFeatures\t: fp asimd\n")).isEqualTo(expected);
  }

  @Test
  public void thisProcessorIsTheSameEveryTime() {
    assertThat(Processor.current()).isEqualTo(Processor.current());
  }

  @Test
  public void bf16IsForProcessorsWithAUnitForMatrices() throws IOException {
    assertThat(precision("avx512f avx512_bf16 avx512_fp16")).isEqualTo(TrainingPrecision.FP32);
    assertThat(precision("avx512f avx512_bf16 amx_tile amx_int8 amx_bf16"))
        .isEqualTo(TrainingPrecision.BF16);
    assertThat(precision("avx512f amx_tile amx_int8")).isEqualTo(TrainingPrecision.FP32);
    assertThat(precision("")).isEqualTo(TrainingPrecision.FP32);
  }

  private TrainingPrecision precision(String flags) throws IOException {
    return TrainingPrecision.of(read("flags : " + flags + "\n"));
  }

  private Processor read(String list) throws IOException {
    Path file = folder.newFile().toPath();
    Files.writeString(file, list);
    return Processor.read(file);
  }
}
