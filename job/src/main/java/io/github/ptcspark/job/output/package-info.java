/**
 * The output of classification runs as it lies in a file system: what is committed, by whom, and
 * where its files are. Nothing here depends on atomic renames or on files that are created only if
 * absent, so it holds on local disks, HDFS and object stores alike.
 */
package io.github.ptcspark.job.output;
