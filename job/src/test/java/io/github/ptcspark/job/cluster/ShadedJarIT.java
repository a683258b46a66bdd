package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.Test;

/** The shaded jar beside the jars of Spark. */
public class ShadedJarIT {

  private static final Pattern NATIVE =
      Pattern.compile(".*\\.(so|so\\.\\d+|dll|dylib|jnilib|a|lib|exe)");

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

  /** Of a build for processors; what PyTorch consists of is its own affair. */
  @Test
  public void nativeCodeIsThatOfOnePlatform() throws IOException {
    assertThat(entries(SparkDistribution.SHADED_JAR, NATIVE))
        .filteredOn(name -> !name.startsWith("pytorch/cpu/linux-x86_64/"))
        .containsExactlyInAnyOrder(
            "com/sun/jna/linux-x86-64/libjnidispatch.so",
            "jnilib/linux-x86_64/cpu/libdjl_torch.so",
            "native/lib/linux-x86_64/cpu/libtokenizers.so");
    assertThat(entries(SparkDistribution.SHADED_JAR, Pattern.compile(".*\\.properties")))
        .contains(
            "native/lib/pytorch.properties",
            "native/lib/tokenizers.properties",
            "jnilib/pytorch.properties");
    assertThat(entries(SparkDistribution.SHADED_JAR, Pattern.compile("pytorch/.*/libtorch.*")))
        .contains(
            "pytorch/cpu/linux-x86_64/libtorch.so", "pytorch/cpu/linux-x86_64/libtorch_cpu.so");
  }

  private static Set<String> classes(Path jar) throws IOException {
    return entries(jar, Pattern.compile(".*\\.class"));
  }

  private static Set<String> entries(Path jar, Pattern names) throws IOException {
    try (ZipFile entries = new ZipFile(jar.toFile())) {
      return entries.stream()
          .map(ZipEntry::getName)
          .filter(name -> names.matcher(name).matches())
          .collect(Collectors.toSet());
    }
  }
}
