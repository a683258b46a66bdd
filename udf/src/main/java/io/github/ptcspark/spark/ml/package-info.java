/** Classification in Spark ML: a transformer for pipelines. */
package io.github.ptcspark.spark.ml;
