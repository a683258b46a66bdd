/** Comparisons with other systems, on the same documents in the same run. */
package io.github.ptcspark.bench;
