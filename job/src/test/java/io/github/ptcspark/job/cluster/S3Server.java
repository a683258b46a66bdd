package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * An S3 server with one bucket, as a process of this machine on the loopback address, which keeps
 * its objects in memory: S3Proxy before jclouds' transient store. It looks at signatures, and what
 * it has written it lists and reads at once, as S3 does.
 */
final class S3Server extends Processes {

  /** Hadoop's connector with what it needs. */
  static final List<Path> CONNECTOR = List.of(jar("hadoop-aws"), jar("aws-java-sdk-bundle"));

  private static final String KEY = "ptc";
  private static final String SECRET = "a secret";

  private static final Pattern PORT =
      Pattern.compile("Started ServerConnector.+\\{127\\.0\\.0\\.1:(\\d+)}");

  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %level %logger{0}: %msg%n</pattern></encoder>
        </appender>
        <root level="INFO"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private static final String SETTINGS =
      """
      s3proxy.endpoint=http://127.0.0.1:0
      s3proxy.authorization=aws-v2-or-v4
      s3proxy.identity=%s
      s3proxy.credential=%s
      jclouds.provider=transient
      jclouds.identity=none
      jclouds.credential=none
      """
          .formatted(KEY, SECRET);

  private final String bucket;
  private String endpoint;

  /** A server with a directory for its log and a bucket, both named after the tests. */
  S3Server(Class<?> tests) {
    super(tests.getSimpleName() + "-server");
    this.bucket = tests.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Something in the bucket, as Hadoop names it. */
  String path(String key) {
    return "s3a://%s/%s".formatted(bucket, key);
  }

  /** What Hadoop's connector must know, by key. */
  Map<String, String> settings() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", KEY,
        "fs.s3a.secret.key", SECRET);
  }

  /** The bucket, and whatever else has such a path, for this JVM. */
  FileSystem files() {
    Configuration hadoop = new Configuration();
    settings().forEach(hadoop::set);
    try {
      return new org.apache.hadoop.fs.Path(path("")).getFileSystem(hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + path(""), e);
    }
  }

  @Override
  void startServices() throws Exception {
    Path logging = Files.writeString(directory().resolve("logback.xml"), LOGGING);
    Path settings = Files.writeString(directory().resolve("s3proxy.conf"), SETTINGS);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(FAST_START);
    command.add("-Dlogback.configurationFile=" + logging);
    command.add("-cp");
    command.add(Files.readString(Path.of(System.getProperty("s3proxy.classpath"))));
    command.addAll(List.of("org.gaul.s3proxy.Main", "--properties", settings.toString()));
    endpoint = "http://127.0.0.1:" + start("s3proxy", command).awaitInOut(PORT);
    createBucket();
  }

  @Override
  Map<String, String> environment() {
    return Map.of();
  }

  /** Signed by version 2, which takes the fewest lines; Hadoop's connector has no call for it. */
  private void createBucket() throws IOException, InterruptedException, GeneralSecurityException {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
    byte[] signature =
        mac.doFinal("PUT\n\n\n%s\n/%s".formatted(date, bucket).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + "/" + bucket))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .header("Date", date)
            .header(
                "Authorization",
                "AWS %s:%s".formatted(KEY, Base64.getEncoder().encodeToString(signature)))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("Cannot create %s: %s".formatted(bucket, response.body()));
    }
  }

  private static Path jar(String artifact) {
    return Path.of(System.getProperty("s3a.jars"), artifact + ".jar");
  }
}
