package io.github.ptcspark.job.corpus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Objects as bytes, the form in which they travel as data. Elements of an RDD and values of a
 * broadcast go through the serializer that {@code spark.serializer} names: Kryo cannot write
 * records, and may be told to refuse classes that nobody has registered. Bytes suit all. Functions
 * need none of this: Spark always writes them as Java does.
 */
final class JavaBytes {

  private JavaBytes() {}

  /** Writes an object as Java does. */
  static byte[] of(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads an object that {@link #of} has written, as what it was. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T> T read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (T) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
