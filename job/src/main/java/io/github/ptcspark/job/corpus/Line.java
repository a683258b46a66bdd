package io.github.ptcspark.job.corpus;

/**
 * A line of a file.
 *
 * @param offset position of its first byte in the (decompressed) file
 * @param bytes how many it has, without the line feed
 * @param text the line without its end, decoded from UTF-8; bytes that are none become U+FFFD; the
 *     beginning of the line if it is too long
 * @param ended whether a line end follows it, and not the end of the file
 */
record Line(long offset, long bytes, String text, boolean ended) {}
