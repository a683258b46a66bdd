/** Classification in Spark SQL: a catalog whose functions run one model. */
package io.github.ptcspark.spark.sql;
