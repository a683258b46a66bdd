/** The command line: one class a command, arguments only. */
package io.github.ptcspark.job.cli;
