package io.github.ptcspark.bundle;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Digests of models, of the files that they are made from and of what they read. */
public final class BundleDigest {

  private BundleDigest() {}

  /** SHA-256 of bytes, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /**
   * SHA-256 of the configuration, the tokenizer, the settings and the tensors that the model uses,
   * each preceded by its length; JSON without spaces and with sorted keys, tensors as float32 in
   * the order of their names; then the digest of the full model, where there is one.
   */
  static String of(Bundle bundle) {
    MessageDigest digest = sha256();
    PtcJson settings = PtcJson.of(bundle);
    Map<String, FloatTensor> tensors =
        new TreeMap<>(BundleCheck.check(bundle, "Invalid model").tensors());
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      write(out, JsonDocument.canonical(new ConfigJson(bundle.config(), bundle.labels()).json()));
      write(out, TokenizerJson.canonical(bundle.tokenizer()));
      write(out, JsonDocument.canonical(settings.behaviour()));
      for (Map.Entry<String, FloatTensor> tensor : tensors.entrySet()) {
        out.writeUTF(tensor.getKey());
        int[] shape = tensor.getValue().shape();
        out.writeInt(shape.length);
        for (int size : shape) {
          out.writeInt(size);
        }
        tensor.getValue().forEachBlock(digest::update);
      }
      if (bundle.full().isPresent()) {
        out.writeUTF(of(bundle.full().get()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** SHA-256, to be fed. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot compute SHA-256: the runtime lacks it", e);
    }
  }
}
