/**
 * The model as a TorchScript program: its source stands in the resources, and Java puts it together
 * with weights into a TorchScript archive.
 */
package io.github.ptcspark.script;
