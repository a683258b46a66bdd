package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.inference.PrivateDirectory.Component;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PrivateDirectoryTest {

  private static final int DIRECTORY = 0040000;
  private static final long USER = 1000;
  private static final long OTHER = 1001;
  private static final long ROOT = 0;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path root;
  private PrivateDirectory directories;

  @Before
  public void findUser() throws IOException {
    Assume.assumeTrue(
        "skipped: users have no numbers here",
        FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
    root = folder.getRoot().toPath().toRealPath();
    directories = new PrivateDirectory(new UnixSystem().getUid(), Optional.empty());
  }

  @Test
  public void itIsMadeWithWhatIsMissingAboveAndClosed() throws IOException {
    Path made = directories.make(root.resolve("a/../b/c"));

    assertThat(made).isEqualTo(root.resolve("b/c")).isDirectory();
    assertThat(permissions(made)).isEqualTo("rwx------");
    assertThat(permissions(root.resolve("b"))).isEqualTo("rwx------");
    assertThat(directories.make(made)).isEqualTo(made);
  }

  @Test
  public void oneThatOthersCouldEnterIsRefused() throws IOException {
    for (String permissions : new String[] {"rwxr-xr-x", "rwx--x---", "rwx---r--"}) {
      Path open = directory("open-" + permissions, permissions);
      assertThatThrownBy(() -> directories.make(open))
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("Cannot load native libraries from " + open + ": it must belong ")
          .hasMessageContaining("closed to others")
          .hasMessageContaining("DJL_CACHE_DIR");
    }
  }

  @Test
  public void oneBelowADirectoryToWhichOthersMayWriteIsRefused() throws IOException {
    Path open = directory("open", "rwxrwxrwx");
    assertRefused(open.resolve("a/b"), open, "others may write to it (permissions 777)");
    assertThat(open.resolve("a")).doesNotExist();
    assertRefused(open, open, "others may write to it (permissions 777)");
  }

  @Test
  public void aDirectoryAboveMayBeReadByOthers() throws IOException {
    Path readable = directory("readable", "rwxr-xr-x");
    assertThat(directories.make(readable.resolve("a"))).isEqualTo(readable.resolve("a"));
  }

  @Test
  public void linksOnTheWayAreFollowedAndTheirTargetsChecked() throws IOException {
    Path good = directory("good", "rwx------");
    Path open = directory("open", "rwxrwxrwx");
    Files.createSymbolicLink(
        root.resolve("to-good"), Path.of("../" + root.getFileName() + "/good"));
    Files.createSymbolicLink(root.resolve("to-open"), open);
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));

    assertThat(directories.make(root.resolve("to-good/a"))).isEqualTo(good.resolve("a"));
    assertRefused(root.resolve("to-open/a"), open, "others may write to it (permissions 777)");
    assertRefused(root.resolve("to-good"), root.resolve("to-good"), "it is a symbolic link");
    assertRefused(root.resolve("loop/a"), root.resolve("loop"), "it is a symbolic link");
  }

  @Test
  public void aFileOnTheWayIsNamed() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertRefused(file.resolve("a"), file, "it is not a directory");
    assertRefused(file, file, "it is not a directory");
  }

  @Test
  public void oneOfAnotherUserIsRefused() throws IOException {
    Path mine = directory("mine", "rwx------");
    PrivateDirectory ofAnother = new PrivateDirectory(54321, Optional.of(mine));
    assertThatThrownBy(() -> ofAnother.make(mine))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("must belong to user 54321");
  }

  @Test
  public void aDirectoryAboveIsTheUsersOrRoots() {
    assertThat(problem(USER, 0755, false)).isEmpty();
    assertThat(problem(ROOT, 0755, false)).isEmpty();
    assertThat(problem(OTHER, 0755, false)).contains("it belongs to user 1001");
    assertThat(problem(OTHER, 01777, false)).contains("it belongs to user 1001");
  }

  @Test
  public void inAStickyDirectoryNobodyMovesWhatIsNotTheirs() {
    assertThat(problem(ROOT, 01777, false)).isEmpty();
    assertThat(problem(ROOT, 0777, false)).contains("others may write to it (permissions 777)");
  }

  @Test
  public void aVolumeOfRootsMayBeOpenToAll() {
    assertThat(problem(ROOT, 0777, true)).isEmpty();
    assertThat(problem(ROOT, 02777, true)).isEmpty();
    assertThat(problem(USER, 0777, true)).contains("others may write to it (permissions 777)");
  }

  @Test
  public void aGroupOfOneAndTheGroupOfRootAreNotOthers() {
    assertThat(problem(component(USER, 1000, true, 0775), false)).isEmpty();
    assertThat(problem(component(USER, 0, false, 0775), false)).isEmpty();
    assertThat(problem(component(USER, 50, false, 0775), false))
        .contains("others may write to it (permissions 775)");
  }

  @Test
  public void whoRunsAContainerOwnsWhatIsAbove() {
    assertThat(component(OTHER, 7, false, 0750).problem(USER, false, true)).isEmpty();
    assertThat(component(OTHER, 7, false, 0777).problem(USER, false, true)).isNotEmpty();
  }

  private static Optional<String> problem(long owner, int permissions, boolean isMounted) {
    return problem(component(owner, 7, false, permissions), isMounted);
  }

  private static Optional<String> problem(Component component, boolean isMounted) {
    return component.problem(USER, isMounted, false);
  }

  private static Component component(long owner, long group, boolean ownGroup, int permissions) {
    return new Component(owner, group, ownGroup, DIRECTORY | permissions, 1);
  }

  private void assertRefused(Path wanted, Path named, String reason) {
    assertThatThrownBy(() -> directories.make(wanted))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot load native libraries from %s: %s; set DJL_CACHE_DIR to a directory of your own, to which nobody else can write"
                .formatted(named, reason));
  }

  private Path directory(String name, String permissions) throws IOException {
    Path directory = Files.createDirectory(root.resolve(name));
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
