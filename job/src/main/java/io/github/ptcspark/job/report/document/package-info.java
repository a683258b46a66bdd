/** How a model read one document: what it saw word by word, for terminal and page. */
package io.github.ptcspark.job.report.document;
