/** Fine-tuning a model on labelled documents, and measuring how well a model labels them. */
package io.github.ptcspark.job.train;
