package io.github.ptcspark.job.report.figures;

import java.util.List;

/**
 * What figures are made of, of one document.
 *
 * @param id cut off where it is very long
 * @param outcome its label, or the code of the reason why it has none
 * @param message what was wrong, cut off where it is very long; empty if nothing was
 * @param keptPerLayer empty without a label
 */
record DocumentFigures(
    String id,
    double millis,
    boolean isLabelled,
    String outcome,
    String message,
    float score,
    boolean truncated,
    boolean escalated,
    int tokensKept,
    int tokensRead,
    List<Integer> keptPerLayer,
    long flops,
    long flopsDense) {}
