package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.FailureReason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * A directory that belongs to the user and is closed to all others, who can neither put files into
 * it nor another directory in its place: nobody but the user, root and who runs the user's
 * processes may write to a directory above it.
 *
 * <p>Whoever resolves the path later meets the same directories: symbolic links on the way are
 * followed here, if the user or root made them, and the directory itself is none.
 */
final class PrivateDirectory {

  private static final int MOST_LINKS = 40;
  private static final int OTHERS_BITS = 0077;

  private static final FileAttribute<Set<PosixFilePermission>> CLOSED =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final long user;

  /** The working directory of a container: who runs it owns the directories above. */
  private final Optional<Path> container;

  /**
   * Directories of a user.
   *
   * @param user number of the user
   * @param container the directory in which a resource manager runs this process, if one does
   */
  PrivateDirectory(long user, Optional<Path> container) {
    this.user = user;
    this.container = container;
  }

  /**
   * A directory of this user, made if it is not there, with those above it that are missing.
   *
   * @return its real path
   * @throws BundleException if it cannot be made, is not closed, or others may write above it
   */
  Path make(Path wanted) {
    Path directory = wanted.toAbsolutePath().normalize();
    try {
      if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
        return Files.createDirectories(directory).toRealPath();
      }
      Path made = resolve(directory);
      Component last = Component.of(made);
      if (last.owner() != user || (last.mode() & OTHERS_BITS) != 0) {
        throw refusal(
            made,
            "it must belong to user %s and be closed to others (it belongs to %s, with %s)"
                .formatted(user, last.owner(), last.permissions()));
      }
      return made;
    } catch (IOException e) {
      throw refusal(directory, FailureReason.of(e));
    }
  }

  /** Goes down from the root and checks every directory on the way. */
  private Path resolve(Path directory) throws IOException {
    Deque<Path> left = new ArrayDeque<>();
    directory.forEach(left::add);
    Path at = directory.getRoot();
    int links = 0;
    while (!left.isEmpty()) {
      Path next = at.resolve(left.remove()).normalize();
      if (Files.isSymbolicLink(next)) {
        checkLink(next, left.isEmpty() || ++links > MOST_LINKS);
        Path target = at.resolve(Files.readSymbolicLink(next));
        Deque<Path> rest = left;
        left = new ArrayDeque<>();
        target.forEach(left::add);
        left.addAll(rest);
        at = target.getRoot();
        continue;
      }
      makeIfMissing(next);
      check(next);
      at = next;
    }
    return at;
  }

  private void checkLink(Path link, boolean isDirectory) throws IOException {
    if (isDirectory) {
      throw refusal(link, "it is a symbolic link");
    }
    long owner = Component.of(link).owner();
    if (owner != user && owner != Component.ROOT) {
      throw refusal(link, "it is a symbolic link of user " + owner);
    }
  }

  private static void makeIfMissing(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(directory, CLOSED);
      } catch (FileAlreadyExistsException e) {
        // Another process was faster; what it made is checked like any other.
      }
    }
  }

  private void check(Path directory) throws IOException {
    Component component = Component.of(directory);
    if (!component.isDirectory()) {
      throw refusal(directory, "it is not a directory");
    }
    Path parent = directory.getParent();
    boolean isMounted = parent != null && component.device() != Component.of(parent).device();
    boolean isContainers = container.isPresent() && container.get().startsWith(directory);
    Optional<String> problem = component.problem(user, isMounted, isContainers);
    if (problem.isPresent()) {
      throw refusal(directory, problem.get());
    }
  }

  private static BundleException refusal(Path directory, String reason) {
    return new BundleException(
        "Cannot load native libraries from %s: %s; set DJL_CACHE_DIR to a directory of your own, to which nobody else can write"
            .formatted(directory, reason));
  }

  /**
   * What the system says of a directory or a link.
   *
   * @param mode type and permissions, see {@code inode(7)}
   * @param ownGroup whether its group has the name of its owner: a group of one
   */
  record Component(long owner, long group, boolean ownGroup, int mode, long device) {

    static final long ROOT = 0;

    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0002;
    private static final int GROUP_WRITE = 0020;

    static Component of(Path path) throws IOException {
      var attributes =
          Files.readAttributes(
              path, "unix:uid,gid,mode,dev,owner,group", LinkOption.NOFOLLOW_LINKS);
      return new Component(
          ((Number) attributes.get("uid")).longValue(),
          ((Number) attributes.get("gid")).longValue(),
          attributes.get("owner").toString().equals(attributes.get("group").toString()),
          ((Number) attributes.get("mode")).intValue(),
          ((Number) attributes.get("dev")).longValue());
    }

    boolean isDirectory() {
      return (mode & TYPE) == DIRECTORY;
    }

    String permissions() {
      return "permissions " + Integer.toOctalString(mode & 07777);
    }

    /**
     * Why others could put something else in the place of what is in this directory.
     *
     * @param isMounted whether a file system is mounted here: one of root's that is open to all is
     *     a volume of a container, whose processes are the user's
     * @param isContainers whether a resource manager runs this process in this directory
     */
    Optional<String> problem(long user, boolean isMounted, boolean isContainers) {
      boolean isRoots = owner == ROOT;
      if (!isRoots && owner != user && !isContainers) {
        return Optional.of("it belongs to user " + owner);
      }
      boolean othersWrite =
          (mode & OTHERS_WRITE) != 0 || ((mode & GROUP_WRITE) != 0 && !ownGroup && group != ROOT);
      boolean isSticky = (mode & STICKY) != 0;
      return othersWrite && !isSticky && !(isRoots && isMounted)
          ? Optional.of("others may write to it (%s)".formatted(permissions()))
          : Optional.empty();
    }
  }
}
