package io.github.ptcspark.script;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the few opcodes of pickle protocol 2 that a TorchScript module needs. */
final class Pickle {

  private static final int PROTOCOL = 0x80;
  private static final int GLOBAL = 'c';
  private static final int MARK = '(';
  private static final int TUPLE = 't';
  private static final int EMPTY_TUPLE = ')';
  private static final int EMPTY_LIST = ']';
  private static final int EMPTY_DICTIONARY = '}';
  private static final int SET_ITEMS = 'u';
  private static final int NEW_OBJECT = 0x81;
  private static final int BUILD = 'b';
  private static final int REDUCE = 'R';
  private static final int UNICODE = 'X';
  private static final int INT = 'J';
  private static final int FLOAT = 'G';
  private static final int NONE = 'N';
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int STOP = '.';

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Pickle() {
    bytes.write(PROTOCOL);
    bytes.write(2);
  }

  /** The pickle of {@code ()}. */
  static byte[] emptyTuple() {
    Pickle pickle = new Pickle();
    pickle.bytes.write(EMPTY_TUPLE);
    return pickle.end();
  }

  /** Starts an object of a class; its attributes follow. */
  void beginObject(String module, String name) {
    global(module, name);
    bytes.write(EMPTY_TUPLE);
    bytes.write(NEW_OBJECT);
    bytes.write(EMPTY_DICTIONARY);
    bytes.write(MARK);
  }

  /** Ends the object. */
  void endObject() {
    bytes.write(SET_ITEMS);
    bytes.write(BUILD);
  }

  byte[] end() {
    bytes.write(STOP);
    return bytes.toByteArray();
  }

  void attribute(String name, long value) {
    text(name);
    integer(value);
  }

  void attribute(String name, double value) {
    text(name);
    bytes.write(FLOAT);
    bytes.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
  }

  void attribute(String name, boolean value) {
    text(name);
    bytes.write(value ? TRUE : FALSE);
  }

  void noneAttribute(String name) {
    text(name);
    bytes.write(NONE);
  }

  void emptyListAttribute(String name, String type) {
    text(name);
    global("torch.jit._pickle", "restore_type_tag");
    bytes.write(MARK);
    bytes.write(EMPTY_LIST);
    text(type);
    bytes.write(TUPLE);
    bytes.write(REDUCE);
  }

  private void integer(long value) {
    bytes.write(INT);
    littleEndian(Math.toIntExact(value));
  }

  private void text(String value) {
    byte[] encoded = value.getBytes(UTF_8);
    bytes.write(UNICODE);
    littleEndian(encoded.length);
    bytes.writeBytes(encoded);
  }

  private void global(String module, String name) {
    bytes.write(GLOBAL);
    bytes.writeBytes((module + "\n" + name + "\n").getBytes(US_ASCII));
  }

  private void littleEndian(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
