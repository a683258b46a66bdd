package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.Test;

public class NameEncodingTest {

  private static final String REMEDY =
      ": the encoding of this locale, ANSI_X3.4-1968, lacks letters; LC_ALL=C.UTF-8 has all";

  private final NameEncoding utf8 = new NameEncoding("UTF-8");
  private final NameEncoding ascii = new NameEncoding("ANSI_X3.4-1968");
  private final Configuration hadoop = new Configuration(false);

  @Test
  public void argumentsThatLostLettersAreRefused() {
    for (String lost : List.of("r??le.jsonl", "r\ufffd\ufffdle.jsonl", "r\ufffdle.jsonl")) {
      assertThatThrownBy(() -> ascii.check(List.of("classify", "--input", lost)))
          .isInstanceOf(JobException.class)
          .hasMessage(
              "Cannot read the argument \"%s\"%s".formatted(lost.replace('\ufffd', '?'), REMEDY));
      assertThatCode(() -> utf8.check(List.of("--input", lost))).doesNotThrowAnyException();
    }
  }

  @Test
  public void argumentsInAsciiAreRightUnderAnyLocale() {
    List<String> arguments = List.of("classify", "--input", "part-?.json", "--output=a b");
    assertThatCode(() -> ascii.check(arguments)).doesNotThrowAnyException();
  }

  @Test
  public void directoriesOnDiskAreNotNamedAfterValuesThatTheyCannotHold() {
    for (String directory : List.of("labels", "file:/labels", "file:///labels")) {
      assertThatThrownBy(() -> ascii.checkNamesAfterValues(directory, hadoop))
          .isInstanceOf(JobException.class)
          .hasMessage("Cannot name directories in %s after values%s".formatted(directory, REMEDY));
      assertThatCode(() -> utf8.checkNamesAfterValues(directory, hadoop))
          .doesNotThrowAnyException();
    }
    assertThatCode(() -> ascii.checkNamesAfterValues("hdfs://host/labels", hadoop))
        .doesNotThrowAnyException();
    hadoop.set("fs.defaultFS", "hdfs://host");
    assertThatCode(() -> ascii.checkNamesAfterValues("/labels", hadoop)).doesNotThrowAnyException();
  }

  @Test
  public void itIsWhatTheJvmUses() {
    assertThat(NameEncoding.current().name()).isEqualTo(System.getProperty("sun.jnu.encoding"));
  }
}
