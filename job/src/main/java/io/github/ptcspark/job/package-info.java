/** What runs on the driver. */
package io.github.ptcspark.job;
