package io.github.ptcspark.spark;

import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;

/** The context that Spark gives to a plugin, so far as ours asks for it. */
record FakePluginContext(MetricRegistry metricRegistry) implements PluginContext {

  @Override
  public SparkConf conf() {
    return new SparkConf(false);
  }

  @Override
  public String executorID() {
    return "1";
  }

  @Override
  public String hostname() {
    return "localhost";
  }

  @Override
  public Map<String, ResourceInformation> resources() {
    return Map.of();
  }

  @Override
  public void send(Object message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Object ask(Object message) {
    throw new UnsupportedOperationException();
  }
}
