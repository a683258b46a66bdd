package io.github.ptcspark.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import io.github.ptcspark.bundle.BundleException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkException;
import org.junit.Test;

/** What users read of failures; the messages are those that Spark, Hadoop and Java have. */
public class JobExceptionTest {

  private static final String LOST_TASK =
      "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
          + " Lost task 0.3 in stage 1.0 (TID 7) (10.0.0.5 executor 2): ";

  @Test
  public void theInnermostCauseSaysWhatHappened() {
    Throwable full = new IOException("No space left on device");
    Throwable write =
        new SparkException(
            "[TASK_WRITE_FAILED] Task failed while writing rows to file:/out.", full);
    assertReason(new SparkException(LOST_TASK + write + "\n\tat a.B.c(B.java:1)", write))
        .isEqualTo("No space left on device");
    assertReason(new SparkException(LOST_TASK + full + "\n\tat a.B.c(B.java:1)", full))
        .isEqualTo("No space left on device");
    assertReason(new ExecutionException(new RuntimeException(full)))
        .isEqualTo("No space left on device");
  }

  @Test
  public void anOuterMessageThatSaysTheSameAndMoreIsTaken() {
    Throwable refused = new ConnectException("Connection refused");
    ConnectException named =
        new ConnectException(
            "Call From a/127.0.0.1 to namenode:8020 failed on connection exception:"
                + " java.net.ConnectException: Connection refused; For more details see: "
                + " http://wiki.apache.org/hadoop/ConnectionRefused");
    named.initCause(refused);
    assertReason(new RuntimeException(named))
        .isEqualTo(
            "Call From a/127.0.0.1 to namenode:8020 failed on connection exception:"
                + " java.net.ConnectException: Connection refused");
    assertReason(new IOException("Cannot fetch block 7", refused)).isEqualTo("Connection refused");
  }

  @Test
  public void anInnermostCauseThatSaysNothingIsPassedOver() {
    Throwable end = new EOFException();
    assertReason(new IOException("Cannot read the footer of /a.parquet", end))
        .isEqualTo("Cannot read the footer of /a.parquet");
    assertReason(new SparkException(LOST_TASK + "java.io.EOFException\n\tat a.B.c(B.java:1)", end))
        .isEqualTo(LOST_TASK + "java.io.EOFException");
    assertReason(new SparkException(null, new IllegalStateException(" ", end)))
        .isEqualTo("EOF exception");
  }

  @Test
  public void withoutACauseTheMessageOfSparkSaysIt() {
    String lost =
        LOST_TASK
            + "ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason:"
            + " Container killed by YARN for exceeding memory limits";
    assertReason(new SparkException(lost + ".\nDriver stacktrace:", null)).isEqualTo(lost);
    assertReason(
            new SparkException("[PATH_NOT_FOUND] Path does not exist: file:/nowhere.\nmore", null))
        .isEqualTo("Path does not exist: file:/nowhere");
  }

  @Test
  public void aFailureWithoutAMessageIsNamedInWords() {
    assertReason(new NullPointerException()).isEqualTo("null pointer");
    assertReason(new SparkException(null)).isEqualTo("spark exception");
    assertReason(new EOFException("  \n")).isEqualTo("EOF exception");
    assertReason(new StackOverflowError()).isEqualTo("stack overflow");
  }

  @Test
  public void aMessageThatIsOnlyANameGetsTheClassInWords() {
    assertReason(new IllegalArgumentException(new UnknownHostException("namenode")))
        .isEqualTo("unknown host: namenode");
    assertReason(new AccessDeniedException("/my documents/a.txt"))
        .isEqualTo("access denied: /my documents/a.txt");
    assertReason(new FileSystemException("/a.txt", null, "No space left on device"))
        .isEqualTo("/a.txt: No space left on device");
    assertReason(new MalformedInputException(1)).isEqualTo("malformed input: Input length = 1");
    assertReason(new OutOfMemoryError("Java heap space"))
        .isEqualTo("out of memory: Java heap space");
  }

  @Test
  public void aLineThatEndsWithAColonGoesOn() {
    assertReason(new IOException("\nCannot open these:\n\n  /a: gone\n  /b: gone"))
        .isEqualTo("Cannot open these: /a: gone /b: gone");
    assertReason(new IOException("at least one is wanted")).isEqualTo("at least one is wanted");
    assertReason(new IOException("nothing follows:")).isEqualTo("nothing follows:");
    assertReason(new JsonParseException(null, "Unexpected character"))
        .isEqualTo("Unexpected character");
  }

  @Test
  public void whatSparkListsIsNotLost() {
    Throwable types =
        new SparkException(
            "[CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE] Failed to merge incompatible data types \"INT\" and"
                + " \"STRING\". Please check.",
            null);
    String list =
        "[CANNOT_MERGE_SCHEMAS] Failed merging schemas:\nInitial schema:\n\"STRUCT<n: INT>\"\nSchema"
            + " that cannot be merged with the initial schema:\n\"STRUCT<n: STRING>\".";
    Throwable schemas = new SparkException(list, types);
    assertReason(
            new SparkException(
                LOST_TASK + schemas + "\n\tat a.B.c(B.java:1)\nDriver stacktrace:", schemas))
        .isEqualTo(
            "Failed merging schemas: Initial schema: \"STRUCT<n: INT>\" Schema that cannot be merged"
                + " with the initial schema: \"STRUCT<n: STRING>\"");
  }

  @Test
  public void whatWasWrittenForUsersWins() {
    Throwable cause = new IOException("the checksum does not match");
    Throwable message = new BundleException("Cannot read a.bundle: it is damaged", cause);
    assertReason(new SparkException(LOST_TASK + message, message))
        .isEqualTo("Cannot read a.bundle: it is damaged");
    assertReason(new ExecutionException(new JobException("Cannot write out: it is full", message)))
        .isEqualTo("Cannot write out: it is full");
  }

  @Test
  public void aMissingConnectorIsToldWithWhatAddsIt() {
    Throwable missing = new ClassNotFoundException("Class org.example.AbsentFileSystem not found");
    Throwable hadoop = new RuntimeException(missing);
    assertReason(hadoop).isEqualTo("Class org.example.AbsentFileSystem not found");
    assertReason(new IOException(missing.getMessage() + "; --packages a:b:1 adds it", hadoop))
        .isEqualTo("Class org.example.AbsentFileSystem not found; --packages a:b:1 adds it");
  }

  @Test
  public void aCircleOfCausesEnds() {
    Exception inner = new IOException("inner words");
    Exception outer = new IOException("outer words", inner);
    inner.initCause(outer);
    assertReason(outer).isEqualTo("inner words");
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertReason(Throwable failure) {
    return assertThat(JobException.reason(failure));
  }
}
