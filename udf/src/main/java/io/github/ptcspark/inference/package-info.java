/** A loaded model: one document in, one {@link io.github.ptcspark.inference.Classification} out. */
package io.github.ptcspark.inference;
