/**
 * The shaded jar under a whole Spark distribution, on a cluster of several processes. {@code mvn
 * verify -Pcluster} runs these tests.
 */
package io.github.ptcspark.job.cluster;
