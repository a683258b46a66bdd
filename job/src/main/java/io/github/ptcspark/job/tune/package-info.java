/** What a model costs and what it could do better: speed, pruning, calibration. */
package io.github.ptcspark.job.tune;
