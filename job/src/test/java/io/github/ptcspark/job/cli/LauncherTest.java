package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The script {@code job/bin/ptc} in a built project of empty files, with a Spark and a Java that
 * say how they were started.
 */
public class LauncherTest {

  private static final Path SCRIPT =
      Path.of(System.getProperty("samples.directory")).resolveSibling("job/bin/ptc");

  private static final String SAY =
      """
      #!/bin/sh
      echo "$0 $*"
      echo "SPARK_CONF_DIR=$SPARK_CONF_DIR"
      echo "LOG4J_CONFIGURATION_FILE=$LOG4J_CONFIGURATION_FILE"
      echo "LC_ALL=$LC_ALL LANG=$LANG"
      """;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Map<String, String> environment = new HashMap<>();
  private Path home;
  private Path spark;
  private Path temporary;

  @Before
  public void makeProject() throws IOException {
    home = folder.getRoot().toPath().toRealPath().resolve("home");
    spark = home.resolveSibling("spark");
    temporary = Files.createDirectory(home.resolveSibling("temporary files"));
    for (String source : List.of("pom.xml", "udf/pom.xml", "job/pom.xml")) {
      file("home/" + source, "");
    }
    Files.createDirectories(home.resolve("udf/src/main"));
    Files.createDirectories(home.resolve("job/src/main"));
    file("home/conf/log4j2.properties", "");
    file("home/job/target/spark.classpath", "spark.jar");
    file("home/job/target/ptc-job-1.jar", "");
    executable("home/job/bin/ptc", Files.readString(SCRIPT));
    executable("spark/bin/spark-submit", SAY);
    environment.put("SPARK_HOME", spark.toString());
    environment.put("JAVA_HOME", java("java", "17.0.15"));
    environment.put("LANG", "C.UTF-8");
  }

  @Test
  public void theConfigurationIsThatOfTheUsersSpark() throws IOException {
    Result result = ptc("classify", "--input", "a b");

    assertThat(result.error).isEmpty();
    assertThat(result.exitCode).isZero();
    assertThat(result.out)
        .isEqualTo(
            """
            %1$s/bin/spark-submit --class io.github.ptcspark.job.cli.Ptc %2$s/job/target/ptc-job-1.jar classify --input a b
            SPARK_CONF_DIR=
            LOG4J_CONFIGURATION_FILE=%2$s/conf/log4j2.properties
            LC_ALL= LANG=C.UTF-8
            """
                .formatted(spark, home));
  }

  @Test
  public void aLoggingConfigurationOfTheUserCounts() throws IOException {
    file("spark/conf/log4j2.properties.template", "");
    assertThat(ptc().out).contains("LOG4J_CONFIGURATION_FILE=" + home);

    file("spark/conf/log4j2.xml", "");
    assertThat(ptc().out).contains("LOG4J_CONFIGURATION_FILE=\n");

    environment.put("SPARK_CONF_DIR", file("mine/log4j2-test.yaml", "").getParent().toString());
    assertThat(ptc().out)
        .contains("SPARK_CONF_DIR=%s/mine\n".formatted(folder.getRoot().toPath().toRealPath()))
        .contains("LOG4J_CONFIGURATION_FILE=\n");

    environment.put("LOG4J_CONFIGURATION_FILE", "my.xml");
    assertThat(ptc().out).contains("LOG4J_CONFIGURATION_FILE=my.xml\n");
    environment.remove("SPARK_CONF_DIR");
    Files.delete(spark.resolve("conf/log4j2.xml"));
    assertThat(ptc().out).contains("LOG4J_CONFIGURATION_FILE=my.xml\n");
  }

  @Test
  public void withoutASparkOfTheUserTheOneOfTheBuildStarts() throws IOException {
    environment.remove("SPARK_HOME");
    assertThat(ptc("--help").out)
        .startsWith(environment.get("JAVA_HOME") + "/bin/java -Xmx4g ")
        .contains(
            " -cp spark.jar:%1$s/conf org.apache.spark.deploy.SparkSubmit --properties-file %1$s/"
                    .formatted(home)
                + "conf/spark-defaults.conf --class io.github.ptcspark.job.cli.Ptc ");
  }

  @Test
  public void theDemoArchivesTheClassesOnceAndWhole() throws IOException {
    environment.remove("SPARK_HOME");
    Path archive = home.resolve("job/target/classes.jsa");
    String started = Files.readString(Path.of(environment.get("JAVA_HOME"), "bin/java"));
    executable(
        "java/bin/java",
        started
            + """
            for argument; do
              case $argument in
                -XX:ArchiveClassesAtExit=*) echo half > "${argument#*=}"; exit 1 ;;
              esac
            done
            """);

    Result broken = ptc("demo");
    assertThat(broken.exitCode).isEqualTo(1);
    assertThat(broken.out).contains(" -cp spark.jar org.apache");
    assertThat(archive).doesNotExist();

    executable(
        "java/bin/java",
        Files.readString(home.resolveSibling("java/bin/java"))
            .replace("half", "whole")
            .replace("exit 1", "exit"));
    assertThat(ptc("demo").exitCode).isZero();
    assertThat(archive).hasContent("whole\n");
    assertThat(archive.resolveSibling("classes.jsa.new")).doesNotExist();
    assertThat(ptc("demo").out)
        .contains(" -XX:SharedArchiveFile=" + archive + " ")
        .doesNotContain("ArchiveClassesAtExit");
  }

  @Test
  public void aSparkThatIsNotThereIsNamed() throws IOException {
    environment.put("SPARK_HOME", "/nowhere");
    assertRefused("SPARK_HOME is \"/nowhere\", where there is no bin/spark-submit");

    environment.put("SPARK_HOME", spark.toString());
    Files.setPosixFilePermissions(
        spark.resolve("bin/spark-submit"), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(
        "SPARK_HOME is \"%s\", where bin/spark-submit cannot be executed".formatted(spark));
  }

  @Test
  public void aJavaThatIsNotThereIsNamed() throws IOException {
    environment.put("JAVA_HOME", "/nowhere");
    assertRefused("JAVA_HOME is \"/nowhere\", where there is no bin/java");

    environment.remove("JAVA_HOME");
    environment.put("PATH", pathWithoutJava());
    assertRefused("there is no java on the path, and JAVA_HOME is not set; it needs JDK 17");
  }

  @Test
  public void anotherJavaIsNamedWithItsVersion() throws IOException {
    for (String version : List.of("1.8.0_402", "11.0.22", "21", "170")) {
      environment.put("JAVA_HOME", java("java-" + version, version));
      assertRefused(
          "%s/bin/java is Java %s, and it needs Java 17"
              .formatted(environment.get("JAVA_HOME"), version));
    }
    for (String version : List.of("17", "17-ea", "17.0.1+12")) {
      environment.put("JAVA_HOME", java("java-" + version, version));
      assertThat(ptc().exitCode).as(version).isZero();
    }
    executable("silent/bin/java", "#!/bin/sh\nexit 1\n");
    environment.put("JAVA_HOME", folder.getRoot().toPath().toRealPath() + "/silent");
    assertRefused(
        "%s/bin/java is Java of an unknown version, and it needs Java 17"
            .formatted(environment.get("JAVA_HOME")));
  }

  @Test
  public void theJavaIsTheOneThatSparkTakes() throws IOException {
    String wrong = java("java-11", "11");
    file("spark/bin/load-spark-env.sh", "echo noise; export JAVA_HOME=" + wrong + "\n");
    assertRefused("%s/bin/java is Java 11, and it needs Java 17".formatted(wrong));
  }

  @Test
  public void theLocaleIsOneInWhichAnyNameCanBeSaid() throws IOException {
    assertThat(ptc().out).contains("LC_ALL= LANG=C.UTF-8\n");
    for (String locale : List.of("C", "POSIX", "")) {
      environment.put("LANG", locale);
      assertThat(ptc().out).as(locale).contains("LC_ALL=C.UTF-8 LANG=" + locale + "\n");
      environment.put("LANG", "C.UTF-8");
      environment.put("LC_ALL", locale);
      assertThat(ptc().out)
          .as(locale)
          .contains("LC_ALL=%s LANG=C.UTF-8\n".formatted(locale.isEmpty() ? "" : "C.UTF-8"));
      environment.remove("LC_ALL");
    }
  }

  @Test
  public void aDirectoryForTemporaryFilesThatCannotBeUsedIsNamed() throws IOException {
    Files.delete(temporary);
    assertRefused(
        "java.io.tmpdir is \"%s\": it is no directory;".formatted(temporary)
            + " -Djava.io.tmpdir in JAVA_TOOL_OPTIONS names another");

    Files.createFile(temporary);
    assertRefused(
        "java.io.tmpdir is \"%s\": it is no directory;".formatted(temporary)
            + " -Djava.io.tmpdir in JAVA_TOOL_OPTIONS names another");

    temporary = Path.of("/proc/self");
    environment.put("JAVA_HOME", java("unwritable", "17"));
    assertRefused(
        "java.io.tmpdir is \"/proc/self\": no file can be made there;"
            + " -Djava.io.tmpdir in JAVA_TOOL_OPTIONS names another");
  }

  @Test
  public void nothingIsLeftInTheDirectoryForTemporaryFiles() throws IOException {
    assertThat(ptc().exitCode).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  public void theDemoSaysWhatItRunsWhereTheReportIsAndWhatToTryNext() throws IOException {
    environment.remove("SPARK_HOME");
    file("home/data-samples/topics/train.jsonl", "{}\n{}\n");
    Path page = file("home/job/target/demo/labels.parquet/_ptc/report.html", "");

    Result result = ptc("demo");

    assertThat(result.error).isEmpty();
    assertThat(result.exitCode).isZero();
    String script = home + "/job/bin/ptc";
    assertThat(result.out)
        .contains("learns six topics from 2 sample texts")
        .containsSubsequence(
            "$ " + script + " train ",
            "$ " + script + " evaluate ",
            "$ " + script + " classify ",
            "Open the report in a browser:\n  file://" + page + "\n",
            script + " report --output ");
    assertThat(startsOf(result)).hasSize(3);
  }

  @Test
  public void theDemoTrainsOnceAndSaysPathsAsOneTypesThem() throws IOException {
    environment.remove("SPARK_HOME");
    Files.createDirectories(home.resolve("job/target/demo/topics.bundle"));

    Result result = ptcIn(home, "demo");

    assertThat(result.out)
        .contains("$ job/bin/ptc evaluate --model job/target/demo/topics.bundle ")
        .contains("  job/bin/ptc report --output job/target/demo/")
        .doesNotContain(" train --base minilm --train " + home, "Open the report");
    assertThat(startsOf(result)).hasSize(2);
  }

  @Test
  public void theDemoTakesNoOptions() throws IOException {
    assertThat(ptc("demo", "--help").out).startsWith("Usage: ptc demo\n");
    Result result = ptc("demo", "--fast");
    assertThat(result.exitCode).isEqualTo(2);
    assertThat(result.error).startsWith("Usage: ptc demo\n");
  }

  @Test
  public void aHeapThatIsNoSizeIsNamed() throws IOException {
    environment.remove("SPARK_HOME");
    for (String size : List.of("4gb", "0g", "-1", "four", "4 g")) {
      environment.put("PTC_MEMORY", size);
      assertRefused("PTC_MEMORY is \"%s\", which is no size such as 4g or 800m".formatted(size));
    }
    for (String size : List.of("100m", "100M", "102400k", "104857600")) {
      environment.put("PTC_MEMORY", size);
      Result result = ptc("classify");
      assertThat(result.error).as(size).isEmpty();
      assertThat(result.out).contains("/java -Xmx" + size + " ");
    }
  }

  @Test
  public void aHeapLargerThanTheMemoryIsSaidAndTried() throws IOException {
    environment.remove("SPARK_HOME");
    environment.put("PTC_MEMORY", "999999g");
    Result result = ptc("classify");
    assertThat(result.error)
        .matches("ptc: \\d+ MB of memory are free and the heap may take 999999g: .*\n");
    assertThat(result.out).contains("/java -Xmx999999g ");
  }

  @Test
  public void aMavenThatCannotBuildIsNamed() throws IOException {
    Files.delete(home.resolve("job/target/ptc-job-1.jar"));
    environment.put("PATH", pathWithoutJava());
    assertNotBuilt("mvn is not on the path, and it needs Maven 3.8 or newer");

    Path jdk = executable("jdk/bin/javac", "").getParent().getParent();
    for (String version : List.of("2.2.1", "3.6.3", "3.7")) {
      Path mvn = maven(version, "17.0.1", jdk, "");
      assertNotBuilt("%s is Maven %s, and it needs Maven 3.8 or newer".formatted(mvn, version));
    }
    maven("3.8.7", "21.0.2", jdk, "");
    assertNotBuilt(
        "mvn takes Java 21.0.2 of %s, and it needs JDK 17; JAVA_HOME names another".formatted(jdk));
    maven("3.8.7", "17.0.1", jdk.resolveSibling("jre"), "");
    assertNotBuilt(
        "the Java of %s/jre is without a compiler, and it needs JDK 17".formatted(jdk.getParent()));
    executable("tools/mvn", "#!/bin/sh\necho Error: JAVA_HOME is wrong >&2\nexit 1\n");
    assertNotBuilt("mvn does not start: Error: JAVA_HOME is wrong");
  }

  @Test
  public void whatMavenMeansIsSaid() throws IOException {
    Files.delete(home.resolve("job/target/ptc-job-1.jar"));
    environment.put("PATH", pathWithoutJava());
    Path jdk = executable("jdk/bin/javac", "").getParent().getParent();
    environment.put("HOME", home.toString());
    Map<String, String> meanings =
        Map.of(
            "Could not transfer artifact a:b:pom:1: repo.example: Temporary failure in name resolution",
            "Maven could not download what the build needs, see above. The first build needs the"
                + " network, later ones do not; a proxy or mirror is named in ~/.m2/settings.xml",
            "Cannot access central in offline mode and the artifact a:b:jar:1 has not been downloaded",
            "Maven could not download what the build needs, see above. The first build needs the"
                + " network, later ones do not; a proxy or mirror is named in ~/.m2/settings.xml",
            "Could not transfer artifact a:b:pom:1: PKIX path building failed",
            "Maven does not trust the certificate of the repository, see above;"
                + " -Djavax.net.ssl.trustStore in MAVEN_OPTS names a store that does",
            "COMPILATION ERROR",
            "see above");
    for (Map.Entry<String, String> meaning : meanings.entrySet()) {
      maven("3.9.9", "17.0.1", jdk, "echo '[ERROR] %s'; exit 1".formatted(meaning.getKey()));
      Result result = ptc("classify");
      assertThat(result.error)
          .contains("[ERROR] " + meaning.getKey() + "\n")
          .endsWith("\nptc: Cannot build ptc: " + meaning.getValue() + "\n");
      assertThat(result.exitCode).isEqualTo(1);
    }
    maven("3.9.9", "17.0.1", jdk, "echo 'write failed: No space left on device'; exit 1");
    assertThat(ptc("classify").error)
        .containsPattern(
            "Cannot build ptc: a disk is full: \\d+ MB are free for %1$s, \\d+ MB are free for %1$s\n"
                .formatted(home));
  }

  @Test
  public void aCheckoutThatCannotBeWrittenToIsNamed() throws IOException {
    Files.delete(home.resolve("job/target/ptc-job-1.jar"));
    environment.put("PATH", pathWithoutJava());
    maven("3.9.9", "17.0.1", executable("jdk/bin/javac", "").getParent().getParent(), "");
    file("home/udf/target", "a file, as root may write to any directory");
    assertNotBuilt("no file can be made in %s/udf/target".formatted(home));
  }

  @Test
  public void aBuildThatSucceedsIsUsed() throws IOException {
    Files.delete(home.resolve("job/target/ptc-job-1.jar"));
    environment.put("PATH", pathWithoutJava());
    Path jdk = executable("jdk/bin/javac", "").getParent().getParent();
    maven("3.9.9", "17.0.1", jdk, ": > job/target/ptc-job-2.jar");
    Result result = ptc("classify");
    assertThat(result.exitCode).isZero();
    assertThat(result.out).contains("/job/target/ptc-job-2.jar classify\n");
  }

  private void assertRefused(String reason) throws IOException {
    Result result = ptc("classify");
    assertThat(result.error).isEqualTo("ptc: Cannot start Spark: " + reason + "\n");
    assertThat(result.out).isEmpty();
    assertThat(result.exitCode).isEqualTo(1);
  }

  private void assertNotBuilt(String reason) throws IOException {
    Result result = ptc("classify");
    assertThat(result.error).isEqualTo("ptc: Cannot build ptc: " + reason + "\n");
    assertThat(result.out).isEmpty();
    assertThat(result.exitCode).isEqualTo(1);
  }

  /** How often Java was started, and with what. */
  private List<String> startsOf(Result result) {
    return result
        .out
        .lines()
        .filter(line -> line.startsWith(environment.get("JAVA_HOME") + "/bin/java "))
        .toList();
  }

  /**
   * A Maven in the directory of tools that has a version and a Java, and otherwise runs a script.
   */
  private Path maven(String version, String java, Path runtime, String script) throws IOException {
    return executable(
        "tools/mvn",
        """
        #!/bin/sh
        if [ "$2" = --version ]; then
          printf '\\033[1mApache Maven %s\\033[m (abc)\\n'
          echo 'Java version: %s, vendor: Somebody, runtime: %s'
          exit
        fi
        %s
        """
            .formatted(version, java, runtime, script));
  }

  private record Result(int exitCode, String out, String error) {}

  private Result ptc(String... arguments) throws IOException {
    return ptcIn(Path.of("").toAbsolutePath(), arguments);
  }

  private Result ptcIn(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("job/bin/ptc").toString()));
    command.addAll(List.of(arguments));
    Path out = folder.getRoot().toPath().resolve("out");
    Path error = folder.getRoot().toPath().resolve("error");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("SPARK_.*|JAVA_HOME|PTC_.*|LOG4J_.*|LC_.*|LANG|HOME"));
    builder.environment().putAll(environment);
    try {
      int exitCode = builder.start().waitFor();
      return new Result(exitCode, Files.readString(out), Files.readString(error));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** A directory with what the script needs of the system and no Java. */
  private String pathWithoutJava() throws IOException {
    Path tools = Files.createDirectories(folder.getRoot().toPath().resolve("tools"));
    for (String tool :
        List.of(
            "bash", "df", "dirname", "env", "find", "grep", "mkdir", "mktemp", "rm", "sed", "sh",
            "tee")) {
      for (String directory : System.getenv("PATH").split(":", -1)) {
        Path program = Path.of(directory, tool);
        if (Files.isExecutable(program) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), program);
        }
      }
    }
    return tools.toString();
  }

  /** A Java that has only a version, and otherwise says how it was started; its home. */
  private String java(String name, String version) throws IOException {
    return executable(
            name + "/bin/java",
            """
            #!/bin/sh
            if [ "$1 $2" = "-XshowSettings:properties -version" ]; then
              echo Picked up options >&2
              echo '    java.io.tmpdir = %s' >&2
              echo '    java.vendor.version = Vendor-%s' >&2
              echo 'openjdk version "%s" 2025-04-15' >&2
              exit
            fi
            """
                    .formatted(temporary, version, version)
                + SAY)
        .getParent()
        .getParent()
        .toString();
  }

  private Path executable(String name, String content) throws IOException {
    Path file = file(name, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.getRoot().toPath().toRealPath().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }
}
