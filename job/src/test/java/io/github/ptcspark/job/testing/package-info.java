/** What tests of this module share. */
package io.github.ptcspark.job.testing;
