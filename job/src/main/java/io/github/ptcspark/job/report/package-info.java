/** What people see: progress and reports. */
package io.github.ptcspark.job.report;
