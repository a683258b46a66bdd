package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.Test;

/** The shaded jar beside the jars of Spark. */
public class ShadedJarIT {

  @Test
  public void noClassIsInBoth() throws IOException {
    Set<String> own = classes(SparkDistribution.SHADED_JAR);
    assertThat(own).contains("io/github/ptcspark/shaded/gson/Gson.class");

    try (Stream<Path> files = Files.list(SparkDistribution.HOME.resolve("jars"))) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        assertThat(classes(jar)).as(jar.toString()).doesNotContainAnyElementsOf(own);
      }
    }
  }

  private static Set<String> classes(Path jar) throws IOException {
    try (ZipFile entries = new ZipFile(jar.toFile())) {
      return entries.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .collect(Collectors.toSet());
    }
  }
}
