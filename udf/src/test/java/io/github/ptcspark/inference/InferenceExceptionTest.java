package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.Test;

/** Messages as PyTorch gives them, the trace of the program shortened. */
public class InferenceExceptionTest {

  private static final String TRACE =
      """
      The following operation failed in the TorchScript interpreter.
      Traceback of TorchScript (most recent call last):
        File "code/__torch__.py", line 74, in forward
            x = torch.embedding(words, ids)
                ~~~~~~~~~~~~~~~ <--- HERE
      """;

  @Test
  public void whatTheProgramRefusesIsTheDocumentsFault() {
    for (String refusal :
        new String[] {
          "builtins.ValueError: too few tokens",
          "builtins.AssertionError: ",
          "AssertionError: no tokens",
          "RuntimeError: AssertionError: no tokens",
          "RuntimeError: index out of range in self",
          "RuntimeError: In ChooseQuantizationParams, min should be less than or equal to max"
        }) {
      assertThat(of(TRACE + refusal + "\n"))
          .isInstanceOf(InferenceException.class)
          .hasMessage(refusal.strip());
    }
  }

  @Test
  public void everythingElseEndsTheTask() {
    for (String failure :
        new String[] {
          "RuntimeError: [enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't"
              + " allocate memory: you tried to allocate 4398046511104 bytes. Error code 12 (Cannot"
              + " allocate memory)",
          "RuntimeError: std::bad_alloc",
          "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB",
          "RuntimeError: start (0) + length (5) exceeds dimension size (2).",
          "RuntimeError: The size of tensor a (2) must match the size of tensor b (3)"
        }) {
      assertThat(of(TRACE + failure + "\n"))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot classify: " + failure)
          .hasNoCause()
          .hasSuppressedException(new EngineException(TRACE + failure + "\n"));
    }
    assertThat(of("std::bad_alloc")).hasMessage("Cannot classify: std::bad_alloc");
    assertThat(of(null)).hasMessage("Cannot classify: EngineException");
  }

  @Test
  public void aFailureOfSeveralLinesIsToldByItsFirst() {
    assertThat(
            of(
                TRACE
                    + "RuntimeError: CUDA error: unspecified launch failure\n"
                    + "CUDA kernel errors might be asynchronously reported at some other call\n"
                    + "AssertionError: nothing of the program\n"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot classify: RuntimeError: CUDA error: unspecified launch failure");
  }

  private static RuntimeException of(String message) {
    return InferenceException.of(new EngineException(message));
  }
}
