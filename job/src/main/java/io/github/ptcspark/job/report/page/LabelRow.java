package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.figures.LabelFigures;

/**
 * A label as a row of a table.
 *
 * @param bar the length of its bar, in percent of the longest
 */
public record LabelRow(LabelFigures figures, double bar) {}
