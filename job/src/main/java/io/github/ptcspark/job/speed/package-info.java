/** How fast a model is on this machine, and what a corpus needs. */
package io.github.ptcspark.job.speed;
