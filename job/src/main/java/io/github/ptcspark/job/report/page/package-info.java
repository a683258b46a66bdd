/**
 * Pages for people: one HTML file each, without a script, that asks for no other file. The
 * templates are in {@code src/main/jte} and are compiled by the build.
 */
package io.github.ptcspark.job.report.page;
