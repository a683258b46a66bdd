package io.github.ptcspark.job.corpus;

import java.util.Optional;

/**
 * A line of a file, or another record that is read in the same way.
 *
 * @param offset position of its first byte in the (decompressed) file, or how many records come
 *     before it
 * @param bytes how many it has, without the line feed
 * @param text the line without its end; bytes that cannot be decoded become U+FFFD; the beginning
 *     of the line if it is too long
 * @param problem what is wrong with its bytes, if anything
 * @param ended whether a line end follows it, and not the end of the file
 */
record Line(long offset, long bytes, String text, Optional<String> problem, boolean ended) {}
