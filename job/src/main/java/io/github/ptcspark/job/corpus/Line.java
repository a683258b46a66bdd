package io.github.ptcspark.job.corpus;

/**
 * A line of a file.
 *
 * @param offset position of its first byte in the (decompressed) file
 * @param text the line without its end, decoded from UTF-8; bytes that are none become U+FFFD
 * @param ended whether a line end follows it, and not the end of the file
 */
record Line(long offset, String text, boolean ended) {}
