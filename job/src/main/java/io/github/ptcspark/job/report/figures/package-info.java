/**
 * Figures of outputs: small records that Spark aggregates from the written Parquet. How much they
 * hold does not depend on how many documents there are.
 */
package io.github.ptcspark.job.report.figures;
