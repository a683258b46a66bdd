/**
 * Pruning policies as immutable data, their text form, what they cost and what they did to a
 * document. Plain Java: neither Spark nor DJL.
 */
package io.github.ptcspark.pruning;
