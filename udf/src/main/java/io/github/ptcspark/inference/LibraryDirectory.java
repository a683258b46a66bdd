package io.github.ptcspark.inference;

import ai.djl.util.Utils;
import com.github.luben.zstd.util.Native;
import com.sun.security.auth.module.UnixSystem;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where this JVM unpacks PyTorch, the tokenizers and JNA, and the one place from which it loads
 * them: what lies there runs with all rights of the user, so it is a {@link PrivateDirectory}.
 *
 * <p>It is a directory of its own below {@code DJL_CACHE_DIR}, which may be a volume that belongs
 * to root; without that below {@code .djl.ai} in the user's home, and where the home cannot be
 * written to, in the directory for temporary files.
 */
public final class LibraryDirectory {

  static final String NAME = "ptc-spark";

  private static final String CACHE = "DJL_CACHE_DIR";
  private static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";

  /** By these DJL would load other libraries than those of the jar. */
  private static final List<String> OVERRIDES =
      List.of("PYTORCH_LIBRARY_PATH", "RUST_LIBRARY_PATH", ENGINE_CACHE);

  private static final String PYTORCH = "pytorch";
  private static final long MEGABYTE = 1_000_000;

  /** PyTorch for processors, unpacked. */
  private static final long NEEDED = 500 * MEGABYTE;

  private static Path prepared;

  private final Map<String, String> environment;
  private final Properties properties;
  private final long user;

  LibraryDirectory(Map<String, String> environment, Properties properties, long user) {
    this.environment = environment;
    this.properties = properties;
    this.user = user;
  }

  /**
   * Makes the directory unless it is there, checks that libraries can be unpacked to it and loaded
   * from it, and tells DJL, JNA and Parquet's codecs of it. Loads nothing: for use before long
   * work.
   *
   * @throws BundleException if others could put libraries there, or it cannot be used
   */
  public static synchronized Path prepare() {
    if (prepared == null) {
      LibraryDirectory libraries =
          new LibraryDirectory(System.getenv(), System.getProperties(), userNumber());
      Path directory = libraries.make();
      System.setProperty(CACHE, directory.toString());
      System.setProperty(ENGINE_CACHE, directory.toString());
      System.setProperty("jna.tmpdir", directory.toString());
      // By itself it unpacks to java.io.tmpdir, which may be noexec, when the first rows are done.
      Native.load(directory.toFile());
      if (!Utils.getEngineCacheDir().equals(directory)) {
        throw new IllegalStateException("DJL unpacks to " + Utils.getEngineCacheDir());
      }
      prepared = directory;
    }
    return prepared;
  }

  /** The directory, made and checked. */
  Path make() {
    for (String name : OVERRIDES) {
      if (setting(name).isPresent()) {
        throw new BundleException(
            "Cannot load native libraries: %s is set, and only those of this program are loaded; unset it"
                .formatted(name));
      }
    }
    Path directory = new PrivateDirectory(user, container()).make(wanted());
    checkUse(directory);
    return directory;
  }

  private Path wanted() {
    Optional<String> cache = setting(CACHE);
    if (cache.isPresent()) {
      return path(cache.get()).resolve(NAME);
    }
    Path home = path(properties.getProperty("user.home", ""));
    if (home.isAbsolute() && Files.isDirectory(home) && Files.isWritable(home)) {
      return home.resolve(".djl.ai").resolve(NAME);
    }
    return path(properties.getProperty("java.io.tmpdir")).resolve(NAME + "-" + user);
  }

  private Optional<String> setting(String name) {
    return Optional.ofNullable(environment.getOrDefault(name, properties.getProperty(name)))
        .filter(value -> !value.isEmpty());
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new BundleException(
          "Cannot load native libraries from \"%s\": it is no path".formatted(name), e);
    }
  }

  /** YARN runs a container in directories that belong to its NodeManager's user. */
  private Optional<Path> container() {
    return environment.containsKey("CONTAINER_ID")
        ? Optional.of(path(properties.getProperty("user.dir")))
        : Optional.empty();
  }

  private static void checkUse(Path directory) {
    try {
      Path probe = Files.createTempFile(directory, "probe", ".tmp");
      try {
        Files.write(probe, new byte[1]);
        if (probe.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString("rwx------"));
          if (!Files.isExecutable(probe)) {
            throw unusable(directory, "its file system is mounted with noexec");
          }
        }
      } finally {
        Files.delete(probe);
      }
      long free = Files.getFileStore(directory).getUsableSpace();
      if (free < NEEDED && !isUnpacked(directory)) {
        throw unusable(
            directory,
            "PyTorch needs %s MB there, and %s MB are free"
                .formatted(NEEDED / MEGABYTE, free / MEGABYTE));
      }
    } catch (IOException e) {
      throw unusable(directory, FailureReason.of(e));
    }
  }

  private static boolean isUnpacked(Path directory) throws IOException {
    Path pytorch = directory.resolve(PYTORCH);
    if (!Files.isDirectory(pytorch)) {
      return false;
    }
    try (Stream<Path> versions = Files.list(pytorch)) {
      return versions.anyMatch(version -> !version.getFileName().toString().startsWith("tmp"));
    }
  }

  private static BundleException unusable(Path directory, String reason) {
    return new BundleException(
        "Cannot unpack native libraries to %s: %s; DJL_CACHE_DIR names another directory"
            .formatted(directory, reason));
  }

  /** 0 where users have no numbers; permissions are not looked at there. */
  private static long userNumber() {
    return System.getProperty("os.name").startsWith("Windows") ? 0 : new UnixSystem().getUid();
  }
}
