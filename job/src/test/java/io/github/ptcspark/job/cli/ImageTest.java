package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * What {@code conf/cluster/Dockerfile} names is there, and is what {@code kubernetes.conf} and the
 * build name: without a builder of images nothing else would tell.
 */
public class ImageTest {

  private static final Path PROJECT =
      Path.of(System.getProperty("samples.directory")).toAbsolutePath().getParent();

  private final List<String> instructions = instructions("conf/cluster/Dockerfile");
  private final String pom = read("pom.xml");

  @Test
  public void theImagesAreThoseOfTheBuildsJavaAndSpark() {
    String java = inPom("<maven.compiler.release>(\\d+)</maven.compiler.release>");
    String spark = inPom("<spark.version>([^<]+)</spark.version>");
    String scala = inPom("<artifactId>spark-sql_([^<]+)</artifactId>");
    List<String> images = wordsOf("FROM").stream().map(words -> words.get(0)).toList();
    assertThat(images).hasSize(2).first().asString().matches("maven:3\\.([89]|\\d\\d)-.*-" + java);
    assertThat(images.get(1))
        .isEqualTo("apache/spark:%s-scala%s-java%s-ubuntu".formatted(spark, scala, java));
  }

  @Test
  public void whatIsCopiedExistsAndReachesTheBuilder() {
    List<String> sources =
        wordsOf("COPY").stream()
            .filter(words -> !words.get(0).startsWith("--from="))
            .flatMap(words -> words.subList(0, words.size() - 1).stream())
            .toList();
    assertThat(sources).isNotEmpty();
    assertThat(sources).allSatisfy(source -> assertThat(PROJECT.resolve(source)).exists());
    assertThat(instructions("conf/cluster/Dockerfile.dockerignore"))
        .startsWith("*")
        .containsAll(sources.stream().map(source -> "!" + source).toList())
        .hasSize(sources.size() + 1);

    Matcher module = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
    List<String> modules = new ArrayList<>();
    while (module.find()) {
      modules.add(module.group(1) + "/pom.xml");
    }
    assertThat(sources).contains("pom.xml").containsAll(modules);
  }

  @Test
  public void theJarIsTheOneOfTheBuildAndOfTheExample() {
    List<String> copy =
        wordsOf("COPY").stream()
            .filter(words -> words.get(0).equals("--from=build"))
            .findFirst()
            .orElseThrow();
    String version = inPom("<artifactId>ptc-spark</artifactId>\\s*<version>([^<]+)</version>");
    assertThat(read("job/pom.xml")).contains("<artifactId>ptc-job</artifactId>");
    assertThat(
            FileSystems.getDefault()
                .getPathMatcher("glob:" + copy.get(1))
                .matches(Path.of("/build/job/target/ptc-job-%s.jar".formatted(version))))
        .isTrue();
    assertThat(wordsOf("WORKDIR")).containsExactly(List.of("/build"));
    assertThat(read("conf/cluster/kubernetes.conf")).contains("local://" + copy.get(2) + " ");
  }

  @Test
  public void itDoesNotRunAsRoot() {
    assertThat(instructions).last().asString().isEqualTo("USER 185");
  }

  /** The words behind an instruction, each time that it is there. */
  private List<List<String>> wordsOf(String instruction) {
    return instructions.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> Arrays.asList(line.substring(instruction.length() + 1).split(" +", -1)))
        .toList();
  }

  private String inPom(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(pom);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  private static List<String> instructions(String file) {
    return read(file)
        .replace("\\\n", " ")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static String read(String file) {
    try {
      return Files.readString(PROJECT.resolve(file));
    } catch (IOException e) {
      throw new AssertionError("Cannot read " + file, e);
    }
  }
}
