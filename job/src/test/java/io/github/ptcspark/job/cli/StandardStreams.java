package io.github.ptcspark.job.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.rules.ExternalResource;

/** Catches what a test writes to standard output and standard error. */
final class StandardStreams extends ExternalResource {

  private final PrintStream standardOut = System.out;
  private final PrintStream standardError = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  /** What was written to standard output so far. */
  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What was written to standard error so far. */
  String error() {
    return error.toString(StandardCharsets.UTF_8);
  }

  /** Forgets what was written so far. */
  void reset() {
    out.reset();
    error.reset();
  }

  @Override
  protected void before() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
  }

  @Override
  protected void after() {
    System.setOut(standardOut);
    System.setErr(standardError);
  }
}
