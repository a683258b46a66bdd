package io.github.ptcspark.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: a ZIP of stored entries with the program's source and a pickle of
 * the module's attributes.
 */
final class Archive {

  /** Operators have the signatures that they have had since PyTorch 1.12. */
  private static final String OPERATOR_VERSION = "10\n";

  private final ZipOutputStream zip;

  private Archive(OutputStream out) {
    zip = new ZipOutputStream(out);
  }

  /**
   * Starts an archive.
   *
   * @param attributes pickle of the module
   */
  static Archive begin(OutputStream out, byte[] attributes) throws IOException {
    Archive archive = new Archive(out);
    archive.entry("data.pkl", attributes);
    return archive;
  }

  /** Adds the source of a module, such as {@code __torch__/layers.py}, from a resource. */
  void source(String module, String resource) throws IOException {
    entry("code/" + module, resource(resource));
  }

  /** Adds the source of a module as it is given. */
  void text(String module, String source) throws IOException {
    entry("code/" + module, source.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of a resource. */
  static String read(String resource) {
    return new String(resource(resource), StandardCharsets.UTF_8);
  }

  /** Adds the kernels of this processor's linear layers. */
  void kernels() throws IOException {
    String processor = System.getProperty("os.arch");
    boolean x86 = processor.equals("amd64") || processor.equals("x86_64");
    source("__torch__/kernels.py", x86 ? "kernels/x86_64.py" : "kernels/portable.py");
  }

  /** Ends the archive; the stream stays open. */
  void end() throws IOException {
    entry("constants.pkl", Pickle.emptyTuple());
    entry("version", OPERATOR_VERSION.getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  private static byte[] resource(String name) {
    try (InputStream in = Archive.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Cannot read the program: %s is missing".formatted(name));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the program: " + name, e);
    }
  }

  private void entry(String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry("model/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
