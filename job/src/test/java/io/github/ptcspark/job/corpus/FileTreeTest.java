package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.Assume.assumeTrue;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Which files inputs lead to: all that are there, each once, or a word about those that are not.
 */
public class FileTreeTest {

  private static final Configuration CONFIGURATION = new Configuration();

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private Path root;

  @Before
  public void realRoot() throws IOException {
    root = folder.getRoot().toPath().toRealPath();
  }

  @Test
  public void randomTreesAreReadWholeAndEachFileOnce() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      Path tree = Files.createDirectory(root.resolve("tree" + round));
      Path elsewhere = Files.createDirectory(root.resolve("elsewhere" + round));
      List<Path> all = new ArrayList<>(List.of(tree, elsewhere));
      for (int i = 0; i < 30; i++) {
        grow(all, random, i);
      }
      TreeSet<String> expected = new TreeSet<>();
      reach(tree, new TreeSet<>(), expected);
      if (expected.isEmpty()) {
        continue;
      }
      TreeSet<String> found = new TreeSet<>();
      for (String file : find(tree.toString())) {
        assertThat(found.add(Path.of(file).toRealPath().toString()))
            .as("seed %s, round %s, once: %s", seed, round, file)
            .isTrue();
      }
      assertThat(found).as("seed %s, round %s", seed, round).isEqualTo(expected);
    }
  }

  /** Adds a file, a directory or a link to something that is there. */
  private static void grow(List<Path> all, Random random, int i) throws IOException {
    Path at = all.get(random.nextInt(all.size()));
    Path directory = Files.isDirectory(at) ? at : at.getParent();
    String[] names = {
      "a:b", "c,d", "[e]", "{f}", "g h ", "ü%41", "i?*", "j\\k", "l=m", "n\no", "p"
    };
    Path path = directory.resolve(names[random.nextInt(names.length)] + i);
    switch (random.nextInt(4)) {
      case 0 -> Files.createSymbolicLink(path, all.get(random.nextInt(all.size())));
      case 1 -> all.add(Files.createDirectory(path));
      default -> all.add(Files.writeString(path, "x"));
    }
  }

  /** The real files that are reached from a directory, along links too. */
  private static void reach(Path at, Set<String> directories, Set<String> files)
      throws IOException {
    Path real = at.toRealPath();
    if (!Files.isDirectory(real)) {
      files.add(real.toString());
    } else if (directories.add(real.toString())) {
      try (Stream<Path> children = Files.list(real)) {
        for (Path child : children.toList()) {
          reach(child, directories, files);
        }
      }
    }
  }

  @Test
  public void loopsEndAndRealNamesWin() throws IOException {
    Path data = Files.createDirectories(root.resolve("data/sub"));
    Path file = Files.writeString(data.resolve("z.jsonl"), "x");
    Files.createSymbolicLink(root.resolve("data/loop"), root.resolve("data"));
    Files.createSymbolicLink(data.resolve("loop"), data);
    Files.createSymbolicLink(root.resolve("data/a.jsonl"), file);
    assertThat(find(root.resolve("data").toString())).containsExactly(file.toString());

    Path link = Files.createSymbolicLink(root.resolve("current"), root.resolve("data"));
    assertThat(find(link.toString())).containsExactly(link + "/sub/z.jsonl");
    assertThat(find(link.toString(), root.resolve("data").toString(), file.toString()))
        .containsExactly(file.toString());
  }

  @Test
  public void whatIsMountedThroughHiddenDirectoriesIsRead() throws IOException {
    Path hidden = Files.createDirectories(root.resolve("m/..2026"));
    Files.writeString(hidden.resolve("a.jsonl"), "x");
    Files.createSymbolicLink(root.resolve("m/..data"), Path.of("..2026"));
    Path visible = Files.createSymbolicLink(root.resolve("m/a.jsonl"), Path.of("..data/a.jsonl"));
    assertThat(find(root.resolve("m").toString())).containsExactly(visible.toString());
  }

  @Test
  public void whatCannotBeReadIsNamed() throws Exception {
    Path data = Files.createDirectory(root.resolve("data"));
    Files.writeString(data.resolve("a.jsonl"), "x");
    Path nowhere = Files.createSymbolicLink(data.resolve("nowhere"), Path.of("gone"));
    Path itself = Files.createSymbolicLink(data.resolve("itself"), Path.of("itself"));
    Path pipe = data.resolve("pipe");
    run("mkfifo '%s'".formatted(pipe));
    assertThatThrownBy(() -> find(data.toString()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining(
            "Cannot read %s: it is a symbolic link that leads nowhere\n", nowhere + "")
        .hasMessageContaining(
            "Cannot read %s: it is a symbolic link that leads nowhere but", itself)
        .hasMessageContaining("Cannot read %s: it is a pipe, a socket or a device", pipe);
    assertThat(find(data + "/*.jsonl")).containsExactly(data + "/a.jsonl");
    assertThatThrownBy(() -> find(pipe.toString()))
        .hasMessage("Cannot read %s: it is a pipe, a socket or a device", pipe);
  }

  @Test
  public void namesThatAreNoTextAreNamed() throws Exception {
    Path data = Files.createDirectory(root.resolve("data"));
    Files.writeString(data.resolve("a.jsonl"), "x");
    run("printf x > \"%s/$(printf 'b\\377.jsonl')\"".formatted(data));
    assertThatThrownBy(() -> find(data.toString()))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot read " + data + "/b")
        .hasMessageContaining("its name is no text in the encoding of file names, which is ")
        .hasMessageEndingWith("LC_ALL to a UTF-8 locale such as C.UTF-8");
    assertThatThrownBy(() -> find(data + "/*.jsonl")).hasMessageContaining("is no text in");
    assertThat(find(data + "/a*")).containsExactly(data + "/a.jsonl");
  }

  @Test
  public void whatMayNotBeReadIsNamed() throws IOException {
    Path data = Files.createDirectory(root.resolve("data"));
    Path file = Files.writeString(data.resolve("a.jsonl"), "x");
    Path closed = Files.createDirectory(data.resolve("closed"));
    assumeTrue("permissions count", file.toFile().setReadable(false) && !Files.isReadable(file));
    assumeTrue(closed.toFile().setReadable(false));
    assertThatThrownBy(() -> find(data.toString()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("Cannot read %s: permission denied", file)
        .hasMessageContaining("Cannot read %s: permission denied", closed);
  }

  @Test
  public void hiddenFilesAreReadIfTheInputNamesThem() throws IOException {
    Path data = Files.createDirectories(root.resolve("data"));
    Files.writeString(data.resolve("_a.jsonl"), "x");
    Files.writeString(data.resolve(".b.jsonl"), "x");
    assertThatThrownBy(() -> find(data.toString()))
        .hasMessage(
            "Cannot read %s: it holds no files; names that begin with _ or . are skipped", data);
    assertThatThrownBy(() -> find(data + "/*.jsonl"))
        .hasMessage("Cannot read %s/*.jsonl: no file matches it", data);
    assertThat(find(data + "/_a.jsonl")).hasSize(1);
    assertThat(find(data + "/_*", data + "/.*")).hasSize(2);
  }

  @Test
  public void globsAreHadoopsAndLiteralNamesWin() throws IOException {
    for (String name : List.of("x/a1.txt", "x/a2.txt", "x/b:1.txt", "y/a1.txt", "y/[ab]1.txt")) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "x");
    }
    assertThat(names("*/a*.txt")).containsExactly("x/a1.txt", "x/a2.txt", "y/a1.txt");
    assertThat(names("{x/a1,y/a}*.txt")).containsExactly("x/a1.txt", "y/a1.txt");
    assertThat(names("x/?[!a]1.txt")).containsExactly("x/b:1.txt");
    assertThat(names("y/[ab]1.txt")).containsExactly("y/[ab]1.txt");
    assertThat(names("y/\\[ab\\]?.txt")).containsExactly("y/[ab]1.txt");
    assertThat(names("x/b:1.txt")).containsExactly("x/b:1.txt");
    assertThatThrownBy(() -> names("z/*"))
        .hasMessage("Cannot read %s/z/*: no file matches it", root);
    assertThatThrownBy(() -> names("x/gone.txt"))
        .hasMessage("Cannot read %s/x/gone.txt: it does not exist", root);
  }

  @Test
  public void commasDivideInputsUnlessTheyAreInAName() throws IOException {
    for (String name : List.of("a,b.txt", "a", "b.txt", "c1", "c2")) {
      Files.writeString(root.resolve(name), "x");
    }
    assertThat(names("a,b.txt")).containsExactly("a,b.txt");
    assertThat(find(root + "/a," + root + "/b.txt")).containsExactly(root + "/a", root + "/b.txt");
    assertThat(names("{c1,c2}")).containsExactly("c1", "c2");
  }

  @Test
  public void inputsMayOverlap() throws IOException {
    Path sub = Files.createDirectories(root.resolve("data/sub"));
    Files.writeString(sub.resolve("a.txt"), "x");
    String data = root.resolve("data").toString();
    assertThat(find(sub.toString(), data, data, "file:" + sub + "/a.txt", data + "/*"))
        .containsExactly(sub + "/a.txt");
  }

  @Test
  public void otherFileSystemsAreReadToo() throws IOException {
    Path data = Files.createDirectories(root.resolve("data/sub"));
    Files.writeString(data.resolve("a.txt"), "x");
    Files.writeString(data.resolve("_b.txt"), "x");
    Configuration configuration = new Configuration();
    io.github.ptcspark.job.testing.FaultyFileSystem.register(configuration);
    for (String input : List.of("faulty:" + root, "faulty:" + root + "/*/s{u,x}b")) {
      assertThat(InputFiles.find(List.of(input), configuration).files())
          .extracting(InputFile::path)
          .containsExactly("faulty:" + data + "/a.txt");
    }
  }

  @Test
  public void sizesAndTimesAreThoseOfTheFiles() throws IOException {
    Path file = Files.writeString(root.resolve("a.txt"), "four");
    Path link = Files.createSymbolicLink(root.resolve("b"), root.resolve("a.txt"));
    long modified = Files.getLastModifiedTime(file).toMillis();
    assertThat(InputFiles.find(List.of(link.toString()), CONFIGURATION).files())
        .containsExactly(new InputFile("file:" + link, 4, modified));
    org.apache.hadoop.fs.Path hadoop = new org.apache.hadoop.fs.Path(file.toUri());
    assertThat(InputFiles.find(List.of(file.toString()), CONFIGURATION).files())
        .containsExactly(InputFile.of(hadoop.getFileSystem(CONFIGURATION).getFileStatus(hadoop)));
  }

  private List<String> names(String glob) {
    return find(root + "/" + glob).stream()
        .map(file -> root.relativize(Path.of(file)).toString())
        .toList();
  }

  private static List<String> find(String... inputs) {
    return InputFiles.find(Arrays.asList(inputs), CONFIGURATION).files().stream()
        .map(InputFile::name)
        .toList();
  }

  private static void run(String command) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }
}
