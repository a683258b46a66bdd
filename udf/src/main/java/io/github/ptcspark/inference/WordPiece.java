package io.github.ptcspark.inference;

/**
 * Where a word piece stands in its text. A piece of which the text has no more than a character
 * that it shares with another (a syllable that is taken apart, say) has the place of that
 * character.
 *
 * @param start the first character, in UTF-16 units
 * @param end the one behind the last
 * @param word the number of its word, by which pieces of one word are known: what stands between
 *     white space and punctuation, or one punctuation mark, or one ideograph, as the tokenizer has
 *     it
 */
public record WordPiece(int start, int end, int word) {}
