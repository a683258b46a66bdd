package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS and YARN in one process: NameNode, DataNode, ResourceManager and NodeManager. It writes the
 * configuration by which clients find them to the directory {@code conf}, says that it is ready,
 * and ends when its standard input does.
 */
final class MiniHadoop {

  private static final List<String> CLIENT_KEYS =
      List.of(
          "fs.defaultFS",
          "dfs.replication",
          "yarn.resourcemanager.address",
          "yarn.resourcemanager.scheduler.address",
          "yarn.resourcemanager.webapp.address");

  private MiniHadoop() {}

  /** Takes the directory for all files. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    System.setProperty("test.build.data", directory.resolve("yarn").toString());
    Configuration configuration = configuration(directory);
    new MiniDFSCluster.Builder(configuration, directory.resolve("dfs").toFile())
        .build()
        .waitActive();
    MiniYARNCluster yarn = new MiniYARNCluster("mini", 1, 1, 1);
    yarn.init(configuration);
    yarn.start();
    if (!yarn.waitForNodeManagersToConnect(60_000)) {
      throw new IllegalStateException("The NodeManager does not register");
    }
    writeClientConfiguration(yarn.getConfig(), directory.resolve("conf"));
    System.err.println("Hadoop is ready");
    while (System.in.read() >= 0) {
      // Nothing is expected but the end.
    }
    System.exit(0);
  }

  private static Configuration configuration(Path directory) {
    Configuration configuration = new YarnConfiguration();
    configuration.set("hadoop.tmp.dir", directory.resolve("tmp").toString());
    configuration.setInt("dfs.replication", 1);
    configuration.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", 3072);
    configuration.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    configuration.set("yarn.scheduler.capacity.root.queues", "default");
    configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
    configuration.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    // Containers that take more than they asked for are killed, which test clusters leave out.
    configuration.setBoolean("yarn.minicluster.control-resource-monitoring", true);
    configuration.setBoolean("yarn.nodemanager.pmem-check-enabled", true);
    configuration.setBoolean("yarn.nodemanager.vmem-check-enabled", true);
    return configuration;
  }

  private static void writeClientConfiguration(Configuration all, Path directory)
      throws IOException {
    Configuration client = new Configuration(false);
    CLIENT_KEYS.forEach(key -> client.set(key, all.get(key)));
    Files.createDirectories(directory);
    for (String name : List.of("core-site.xml", "yarn-site.xml")) {
      try (OutputStream out = Files.newOutputStream(directory.resolve(name))) {
        client.writeXml(out);
      }
    }
  }
}
