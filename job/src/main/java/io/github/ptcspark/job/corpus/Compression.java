package io.github.ptcspark.job.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorInputStream;

/**
 * How files are compressed: the extension says whether they are, the first bytes say how. Native
 * libraries of Hadoop are not needed.
 */
final class Compression {

  /** Bytes of a file that tell how it is compressed. */
  static final int HEAD = 12;

  private static final List<String> EXTENSIONS =
      List.of("gz", "bz2", "zst", "deflate", "lz4", "snappy");

  /** Of which not all can be told by the first bytes. */
  private static final Set<String> REFUSED_EXTENSIONS =
      Set.of("br", "lzma", "tar", "tgz", "tbz2", "txz", "xz", "z", "zip", "7z", "rar", "lz", "lzo");

  private static final List<Kind> KINDS =
      List.of(
          Kind.read("gzip", "1f8b", Members::gzip),
          Kind.read("bzip2", "425a68..(314159265359|177245385090)", Compression::bzip2),
          Kind.read("Zstandard", "28b52ffd", ZstdInputStream::new),
          Kind.read("LZ4", "04224d18", Compression::lz4),
          Kind.read("Snappy", "ff060000734e61507059", Compression::snappy),
          Kind.read("Snappy", "82534e4150505900", HadoopBlocks::xerial),
          Kind.refused("xz", "fd377a585a00"),
          Kind.refused("zip", "504b(0304|0506)"),
          Kind.refused("compress (.Z)", "1f9d"),
          Kind.refused("7-Zip", "377abcaf271c"),
          Kind.refused("RAR", "526172211a07"),
          Kind.refused("lzip", "4c5a495001"),
          Kind.refused("lzop", "894c5a4f000d0a1a"),
          Kind.refused("LZ4 of before 2013", "02214c18"),
          Kind.refused("LZ4 of lz4-java", "4c5a34426c6f636b"));

  /** A frame that holds nothing, with which files of both formats may begin. */
  private static final Pattern SKIPPABLE = Pattern.compile("5.2a4d18");

  private Compression() {}

  /** Makes the bytes of a compressed file readable. */
  interface Decompressor {

    /** Decompresses; what is wrong with the bytes is thrown here or when they are read. */
    InputStream open(InputStream stored) throws IOException;
  }

  /**
   * A format that begins with certain bytes.
   *
   * @param reader absent if the format is not read
   */
  private record Kind(String name, Pattern magic, Optional<Decompressor> reader) {

    static Kind read(String name, String magic, Decompressor reader) {
      return new Kind(name, Pattern.compile(magic), Optional.of(reader));
    }

    static Kind refused(String name, String magic) {
      return new Kind(name, Pattern.compile(magic), Optional.empty());
    }
  }

  /** Whether a file's name says that it is compressed. */
  static boolean isNamed(String name) {
    return EXTENSIONS.contains(extension(name));
  }

  /** Why a file is not read, if its name tells: archives, and compressions that are not known. */
  static Optional<String> refusal(String name) {
    String extension = extension(name);
    return REFUSED_EXTENSIONS.contains(extension)
        ? Optional.of(notRead("." + extension))
        : Optional.empty();
  }

  /** The extension of a file name in lower case, without the dot, or "". */
  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * What to read a file with.
   *
   * @param name the file's name
   * @param head the first {@value #HEAD} bytes, or all of a shorter file
   * @return absent if the bytes are to be read as they are
   * @throws IOException if they are compressed in a way that is not read, or the name and the bytes
   *     contradict each other
   */
  static Optional<Decompressor> of(String name, byte[] head) throws IOException {
    String extension = extension(name);
    if (head.length == 0) {
      return Optional.empty();
    }
    if (refusal(name).isPresent()) {
      throw new IOException(refusal(name).get());
    }
    String hex = HexFormat.of().formatHex(head);
    Optional<Kind> kind =
        KINDS.stream().filter(k -> k.magic().matcher(hex).lookingAt()).findFirst();
    if (kind.isPresent() && kind.get().reader().isEmpty()) {
      throw new IOException(notRead(kind.get().name()));
    }
    if (!EXTENSIONS.contains(extension)) {
      if (kind.isPresent()) {
        throw new IOException(
            "it is compressed (%s), which its name does not say; such files end in %s"
                .formatted(kind.get().name(), names()));
      }
      return Optional.empty();
    }
    Optional<Decompressor> reader =
        kind.flatMap(Kind::reader).or(() -> withoutMagic(extension, hex, head));
    if (reader.isEmpty()) {
      throw new IOException(
          "its name says that it is compressed (.%s), its first bytes are not (%s)"
              .formatted(extension, hex));
    }
    return reader;
  }

  /** What begins like other data and is therefore told by the name too. */
  private static Optional<Decompressor> withoutMagic(String extension, String hex, byte[] head) {
    return switch (extension) {
      case "deflate" -> Members.isZlib(head) ? Optional.of(Members::zlib) : Optional.empty();
      case "zst" ->
          SKIPPABLE.matcher(hex).lookingAt() ? Optional.of(ZstdInputStream::new) : Optional.empty();
      case "lz4" -> {
        if (SKIPPABLE.matcher(hex).lookingAt()) {
          yield Optional.of(Compression::lz4);
        }
        yield HadoopBlocks.isLikely(head) ? Optional.of(HadoopBlocks::lz4) : Optional.empty();
      }
      case "snappy" ->
          HadoopBlocks.isLikely(head) ? Optional.of(HadoopBlocks::snappy) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String notRead(String what) {
    return "%s is not decompressed here; %s are".formatted(what, names());
  }

  private static String names() {
    return EXTENSIONS.stream().map(name -> "." + name).collect(Collectors.joining(", "));
  }

  private static InputStream bzip2(InputStream stored) throws IOException {
    return new BZip2CompressorInputStream(stored, true);
  }

  private static InputStream lz4(InputStream stored) throws IOException {
    return new FramedLZ4CompressorInputStream(stored, true);
  }

  private static InputStream snappy(InputStream stored) throws IOException {
    return new FramedSnappyCompressorInputStream(stored);
  }
}
