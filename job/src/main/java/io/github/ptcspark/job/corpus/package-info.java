/** Reading corpora: formats, columns, ids, records that do not parse. */
package io.github.ptcspark.job.corpus;
