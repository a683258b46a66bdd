/** Classification inside Spark: what runs in an executor's tasks, and the schemas around it. */
package io.github.ptcspark.spark;
