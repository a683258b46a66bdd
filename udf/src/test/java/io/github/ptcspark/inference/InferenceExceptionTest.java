package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;

public class InferenceExceptionTest {

  @Test
  public void theLastLineOfATraceSaysWhatIsWrong() {
    assertThat(of("The following operation failed in the interpreter.\n  at x\nRuntimeError: no"))
        .hasMessage("RuntimeError: no");
    assertThat(of(null)).hasMessage("RuntimeException");
  }

  @Test
  public void aGpuThatIsFullMayTakeFewerTexts() {
    assertThat(of("at x\nRuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB").isGpuFull())
        .isTrue();
    assertThat(of("RuntimeError: no").isGpuFull()).isFalse();
  }

  @Test
  public void aGpuThatFailedEndsTheTask() {
    assertThatThrownBy(() -> of("at x\nRuntimeError: CUDA error: unspecified launch failure\nmore"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("CUDA error: unspecified launch failure");
  }

  private static InferenceException of(String message) {
    return InferenceException.of(new RuntimeException(message));
  }
}
