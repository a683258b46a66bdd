/** A classification run: plan, write, count, manifest, summary. */
package io.github.ptcspark.job.run;
