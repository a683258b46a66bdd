package io.github.ptcspark.bundle.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.testing.RandomBundles;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class VocabularyTokenizerTest {

  @Test
  public void spellsOutWordsThatTheVocabularyLacks() throws Exception {
    String json = VocabularyTokenizer.json(RandomBundles.vocabulary());
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.of())) {
      Encoding encoding = tokenizer.encode("The CAT saw é 中!");
      assertThat(encoding.getTokens())
          .containsExactly("[CLS]", "the", "cat", "s", "##a", "##w", "e", "[UNK]", "!", "[SEP]");
    }
  }

  @Test
  public void refusesVocabulariesThatAreNotBerts() {
    assertThatThrownBy(() -> VocabularyTokenizer.json(List.of("[UNK]", "[CLS]", "a")))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read vocabulary: there is no [SEP]");
    assertThatThrownBy(() -> VocabularyTokenizer.json(List.of("[UNK]", "a", "b", "a")))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read vocabulary: word piece \"a\" stands twice, as id 1 and 3");
  }
}
