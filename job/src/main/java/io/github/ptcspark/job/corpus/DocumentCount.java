package io.github.ptcspark.job.corpus;

/**
 * How many documents there are, so far as that is cheaply known.
 *
 * @param documents how many
 * @param exact whether they were counted; otherwise it is estimated from some records
 */
public record DocumentCount(long documents, boolean exact) {}
