package io.github.ptcspark.job.cluster;

/** Where the driver runs: in the process of spark-submit, or on a worker. */
enum DeployMode {
  CLIENT("client", 2),
  CLUSTER("cluster", 1);

  /** As {@code --deploy-mode} has it. */
  final String argument;

  /** Executors that find a core: one of the two is the driver's if that runs on a worker. */
  final int executors;

  DeployMode(String argument, int executors) {
    this.argument = argument;
    this.executors = executors;
  }
}
