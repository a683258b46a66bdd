package io.github.ptcspark.testing;

import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Sends objects through the serializer that Spark uses for what tasks run. */
public final class Serialized {

  private static final SerializerInstance SERIALIZER =
      new JavaSerializer(new SparkConf(false)).newInstance();

  private Serialized() {}

  /** What arrives. */
  public static <T> T copy(T object) {
    ClassTag<T> type = ClassTag$.MODULE$.apply(object.getClass());
    return SERIALIZER.deserialize(SERIALIZER.serialize(object, type), type);
  }

  /** How much travels. */
  public static <T> int bytes(T object) {
    ClassTag<T> type = ClassTag$.MODULE$.apply(object.getClass());
    return SERIALIZER.serialize(object, type).remaining();
  }
}
