/**
 * Makes bundles from what others publish: Hugging Face directories and ONNX exports of BERT
 * encoders.
 */
package io.github.ptcspark.bundle.importing;
