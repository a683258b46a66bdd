package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.importing.VocabularyTokenizer;
import io.github.ptcspark.testing.RandomBundles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

public class TokenizerCheckTest {

  private static final int VOCABULARY = RandomBundles.vocabulary().size() + 2;
  private static final String NORMALIZERS =
      " is not supported (supported: BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Sequence, "
          + "Strip, StripAccents)";
  private static final String PRE_TOKENIZERS =
      " is not supported (supported: BertPreTokenizer, Digits, Punctuation, Sequence, Whitespace, "
          + "WhitespaceSplit)";

  private final ObjectMapper json = new ObjectMapper();
  private ObjectNode tokenizer;

  @Before
  public void reset() throws Exception {
    tokenizer = (ObjectNode) json.readTree(VocabularyTokenizer.json(RandomBundles.vocabulary()));
  }

  @Test
  public void acceptsWhatBertTokenizersHave() throws Exception {
    assertAccepted();
    set("normalizer", "null");
    assertAccepted();
    set(
        "normalizer",
        "{'type':'Sequence','normalizers':[{'type':'NFD'},{'type':'Lowercase'},"
            + "{'type':'StripAccents'}]}");
    set(
        "pre_tokenizer",
        "{'type':'Sequence','pretokenizers':[{'type':'WhitespaceSplit'},"
            + "{'type':'Punctuation','behavior':'Isolated'}]}");
    set("post_processor", "{'type':'BertProcessing','sep':['[SEP]',3],'cls':['[CLS]',2]}");
    set("decoder", "null");
    assertAccepted();
  }

  @Test
  public void refusesStagesThatCouldRunForHoursOrMultiplyTexts() throws Exception {
    String replace = "{'type':'Replace','pattern':{'Regex':'(x+x+)+y'},'content':''}";
    set("normalizer", replace);
    assertRefused("normalizer: Replace" + NORMALIZERS);
    set("normalizer", "{'type':'Sequence','normalizers':[%s]}".formatted(replace));
    assertRefused("normalizer: Replace" + NORMALIZERS);
    set("normalizer", "{'type':'Precompiled','precompiled_charsmap':'AAAA'}");
    assertRefused("normalizer: Precompiled" + NORMALIZERS);
    set("normalizer", "{'type':'Prepend','prepend':'x'}");
    assertRefused("normalizer: Prepend" + NORMALIZERS);
    set("normalizer", "7");
    assertRefused("normalizer: 7" + NORMALIZERS);
    String nested = "{'type':'NFC'}";
    for (int i = 0; i < 5; i++) {
      nested = "{'type':'Sequence','normalizers':[%s]}".formatted(nested);
    }
    set("normalizer", nested);
    assertRefused("normalizer: it is nested deeper than 4");
    reset();
    set(
        "pre_tokenizer",
        "{'type':'Split','pattern':{'Regex':'(a*)*b'},'behavior':'Isolated','invert':false}");
    assertRefused("pre_tokenizer: Split" + PRE_TOKENIZERS);
    set("pre_tokenizer", "null");
    assertRefused("pre_tokenizer: none" + PRE_TOKENIZERS);
    set("pre_tokenizer", "{'type':'Punctuation','behavior':'Isolated'}");
    assertRefused("pre_tokenizer: Punctuation does not split at white space");
    reset();
    set("decoder", "{'type':'Replace','pattern':{'Regex':'a'},'content':''}");
    assertRefused("decoder: Replace is not supported (supported: WordPiece)");
    reset();
    ((ObjectNode) tokenizer.get("model")).put("max_input_chars_per_word", 100_000);
    assertRefused("model.max_input_chars_per_word: 100000 is not an integer from 1 to 1000");
  }

  @Test
  public void refusesWhatTheNativeLibraryTakesForGranted() throws Exception {
    set("decoder", "{'type':'WordPiece','prefix':'##','cleanup':true,'added':1e400}");
    assertRefused("added: Infinity is not a whole number of 32 bits");
    set("decoder", "{'type':'WordPiece','prefix':'half a pair','cleanup':true}");
    assertRefused("prefix: it holds half a surrogate pair");
    reset();
    ObjectNode vocabulary = (ObjectNode) tokenizer.at("/model/vocab");
    vocabulary.set("half a pair", vocabulary.remove("cat"));
    assertRefused("vocab: it holds half a surrogate pair");
    reset();
    set("decoder", "{'type':'WordPiece','prefix':'##','cleanup':true,'added':1}");
    assertRefused("decoder WordPiece: unknown key added");
    set("decoder", "{'type':'WordPiece','prefix':'##'}");
    assertRefused("decoder WordPiece: cleanup is missing");
    reset();
    ObjectNode processor = (ObjectNode) tokenizer.get("post_processor");
    processor.set("special_tokens", json.createObjectNode());
    assertRefused(
        "post_processor.single: {\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}} "
            + "stands for nothing");
    reset();
    ArrayNode single = (ArrayNode) tokenizer.at("/post_processor/single");
    ((ObjectNode) single.get(1).get("Sequence")).put("id", "B");
    assertRefused(
        "post_processor.single: {\"Sequence\":{\"id\":\"B\",\"type_id\":0}} stands for nothing");
    single.remove(1);
    assertRefused(
        "post_processor.single: [{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}},"
            + "{\"SpecialToken\":{\"id\":\"[SEP]\",\"type_id\":0}}] is not [CLS], the text and "
            + "[SEP]");
    set("post_processor", "{'type':'BertProcessing','sep':['[SEP]',99],'cls':['[CLS]',2]}");
    assertRefused("post_processor.sep: [\"[SEP]\",99] is not [SEP] with its id 3");
    set("post_processor", "null");
    assertRefused("it has no post_processor that adds [CLS] and [SEP]");
  }

  @Test
  public void refusesIdsThatTheNativeLibraryWouldChange() throws Exception {
    ObjectNode vocabulary = (ObjectNode) tokenizer.at("/model/vocab");
    int size = vocabulary.size();
    add("new", size);
    add("newer", size + 1);
    assertAccepted();
    add("newest", 7);
    assertRefused(
        "added_tokens: \"newest\" has id 7, but a tokenizer gives it %s".formatted(size + 2));
    reset();
    add("new", size + 1);
    assertRefused(
        "added_tokens: \"new\" has id %s, but a tokenizer gives it %s".formatted(size + 1, size));
    reset();
    add("cat", 7);
    assertRefused(
        "added_tokens: \"cat\" has id 7, but a tokenizer gives it %s"
            .formatted(vocabulary.get("cat")));
    reset();
    add("[SEP]", 3);
    assertRefused("added_tokens: \"[SEP]\" stands twice");
    reset();
    ((ObjectNode) tokenizer.at("/model/vocab")).put("cat", 3);
    assertRefused("model.vocab: token \"cat\" has id 3, which another has");
    reset();
    ((ObjectNode) tokenizer.at("/model/vocab")).put("cat", 3.5);
    assertRefused(
        "token \"cat\" has id 3.5, but the model has %s word embeddings".formatted(VOCABULARY));
    reset();
    ((ObjectNode) tokenizer.get("model")).put("unk_token", "<unk>");
    assertRefused("model.unk_token: \"<unk>\" is not in the vocabulary");
  }

  private void add(String content, int id) {
    ObjectNode token = tokenizer.withArray("added_tokens").addObject();
    token.put("id", id).put("content", content).put("special", false);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.put(flag, false);
    }
  }

  private void set(String key, String value) throws Exception {
    tokenizer.set(key, json.readTree(value.replace('\'', '"')));
  }

  private void assertAccepted() {
    byte[] file = tokenizer.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(TokenizerJson.read(file, VOCABULARY, "Cannot read t"))
        .isEqualTo(tokenizer.toString());
  }

  private void assertRefused(String reason) {
    // What Jackson reads as infinite is written as it stood there, and what has no encoding
    // escaped.
    byte[] file =
        tokenizer
            .toString()
            .replace("\"Infinity\"", "1e400")
            .replace("half a pair", "\\ud800")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> TokenizerJson.read(file, VOCABULARY, "Cannot read t"))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read t: " + reason.replace("Infinity", "\"Infinity\""));
  }
}
