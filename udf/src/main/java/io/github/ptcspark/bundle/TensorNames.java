package io.github.ptcspark.bundle;

/**
 * Names of the tensors in {@code model.safetensors}: those of Hugging Face's {@code
 * BertForSequenceClassification}. Those of policies have theirs from their methods, under {@code
 * ptc.}.
 */
public final class TensorNames {

  /** Word embeddings, {@code [vocabulary, hidden]}. */
  public static final String WORD_EMBEDDINGS = "bert.embeddings.word_embeddings.weight";

  /** Position embeddings, {@code [positions, hidden]}. */
  public static final String POSITION_EMBEDDINGS = "bert.embeddings.position_embeddings.weight";

  /** Token type embeddings, {@code [types, hidden]}; only the first row is used. */
  public static final String TYPE_EMBEDDINGS = "bert.embeddings.token_type_embeddings.weight";

  /** Prefix of the normalisation of the embeddings, {@code [hidden]}. */
  public static final String EMBEDDINGS_NORM = "bert.embeddings.LayerNorm";

  /** Prefix of BERT's pooler, {@code [hidden, hidden]}. */
  public static final String POOLER = "bert.pooler.dense";

  /** Prefix of the classifier, {@code [labels, hidden]}. */
  public static final String CLASSIFIER = "classifier";

  private TensorNames() {}

  /** Prefix of an encoder layer, counted from 0 as in the files. */
  public static String layer(int index) {
    return "bert.encoder.layer." + index;
  }

  /** The weight under a prefix. */
  public static String weight(String prefix) {
    return prefix + ".weight";
  }

  /** The bias under a prefix. */
  public static String bias(String prefix) {
    return prefix + ".bias";
  }
}
