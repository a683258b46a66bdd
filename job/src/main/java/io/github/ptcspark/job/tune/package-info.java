/** Choosing how a model prunes, by what that costs and keeps on a sample. */
package io.github.ptcspark.job.tune;
