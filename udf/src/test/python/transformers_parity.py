"""Writes what transformers makes of many texts with many tokenizers, for TransformersParityTest.

    python3 -m venv venv
    venv/bin/pip install transformers==4.52.4 torch numpy
    venv/bin/python udf/src/test/python/transformers_parity.py \
        udf/src/test/resources/transformers_parity.json.gz

The file is JSON:

    config     the content of config.json, a BERT with a classifier
    seed       of the weights: java.util.Random, tensors in the order of `tensors`, each value
               (nextFloat() - 0.5) * scale + offset
    tensors    [name, shape, scale, offset]
    setups     name and files of each tokenizer
    texts      text; of: for each setup the place of its result in ids and scores;
               ids: without [CLS] and [SEP], not truncated; scores: softmax of the logits in fp32
               with the text truncated to the positions of the model

The same script gives the same file: its texts are random with a fixed seed.
"""

import gzip
import json
import os
import random
import sys
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

SEED = 20260101
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "éèüßñøÅçİıœ"  # Latin, composed
    "абвгдйёЖИ"  # Cyrillic
    "αβγάςσΩ"  # Greek
    "ابتثلاءإ"  # Arabic
    "אבגדשם"  # Hebrew
    "कखगािी्"  # Devanagari with signs
    "กขคงาิ้"  # Thai with signs
    "가나한국"  # Hangul syllables
    "\u1100\u1161\u11ab"  # Hangul letters
    "\u0301\u0308\u0323\u05b0\u064b"  # combining marks
    "東京大学漢字中\U00020000\uf900"  # ideographs
    "ひらがカ"  # kana
    "😀👩\u200d🚀\ufe0f🇩🇪"
    "\ufb01½²Ⅷ™"
)
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡«»¿‘’“”…–—、。「」！？٪؟।€§±×"
WORDS = (
    "the The of river River bank new york New York café Café cafe über Uber straße strasse "
    "##ing ##ed ##er ##s ##京 ##é мир Мир λόγος λογος שלום سلام नमस्ते สวัสดี 한국 東京 un ##aff ##able"
).split()


def vocabulary():
    pieces = list(SPECIAL)
    for letter in LETTERS:
        pieces += [letter, "##" + letter]
    pieces += list(PUNCTUATION) + WORDS
    return list(dict.fromkeys(pieces))


VOCABULARY = vocabulary()
ROWS = len(VOCABULARY) + 8


def token(content, **flags):
    names = ("lstrip", "rstrip", "single_word", "normalized", "special")
    return {"content": content, **{name: flags.get(name, False) for name in names}}


SPECIAL_BY_ID = {str(i): token(content, special=True) for i, content in enumerate(SPECIAL)}
NAMES = {
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
    "pad_token": "[PAD]",
    "sep_token": "[SEP]",
    "unk_token": "[UNK]",
}
# Contents that texts hold too; flags in all kinds.
ADDED = [
    token("new york", normalized=True),
    token("@user", special=True),
    token("[URL]", lstrip=True, special=True),
    token("<b>", rstrip=True),
    token("Über", single_word=True, normalized=True),
    token("東京", normalized=True),
    token("#TAG", single_word=True),
    token("été ", normalized=True, lstrip=True),
]


def numbered(tokens=ADDED):
    """Tokens as a tokenizer numbers them: those of the vocabulary keep their ids."""
    result, free = dict(SPECIAL_BY_ID), len(VOCABULARY)
    for t in tokens:
        if t["content"] in VOCABULARY:
            result[str(VOCABULARY.index(t["content"]))] = t
        else:
            result[str(free)] = t
            free += 1
    return result


def tokenizer_json(lowercase, tokens, chinese=True, strip=None, **changes):
    special = {t: {"id": t, "ids": [SPECIAL.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")}
    piece = lambda t: {"SpecialToken": {"id": t, "type_id": 0}}
    sequence = {"Sequence": {"id": "A", "type_id": 0}}
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": sorted(
            ({"id": int(i), **t} for i, t in tokens.items()), key=lambda t: t["id"]
        ),
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": chinese,
            "strip_accents": strip,
            "lowercase": lowercase,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [piece("[CLS]"), sequence, piece("[SEP]")],
            "pair": [piece("[CLS]"), sequence, piece("[SEP]")],
            "special_tokens": special,
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {piece: i for i, piece in enumerate(VOCABULARY)},
        },
    }
    return {**content, **changes}


def setups():
    vocab = "".join(piece + "\n" for piece in VOCABULARY)
    cut = {"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0}
    pad = {
        "strategy": {"Fixed": 40},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[PAD]",
    }

    def config(**options):
        return {"tokenizer_class": "BertTokenizer", **options}

    legacy = {t["content"]: int(i) for i, t in numbered().items() if int(i) >= len(VOCABULARY)}
    # Normalisers do not change these, so that it does not matter which one saw them.
    plain = numbered([t for t in ADDED if not t["normalized"] or t["content"] == "new york"])
    modern = config(do_lower_case=False, added_tokens_decoder=numbered(), **NAMES)
    v, c, j = "vocab.txt", "tokenizer_config.json", "tokenizer.json"
    m, a = "special_tokens_map.json", "added_tokens.json"
    return {
        "vocabulary": {v: vocab},
        "vocabulary, cased": {v: vocab, c: config(do_lower_case=False)},
        "vocabulary, cased without accents": {
            v: vocab,
            c: config(do_lower_case=False, strip_accents=True),
        },
        "vocabulary, uncased with accents": {v: vocab, c: config(strip_accents=False)},
        "vocabulary, no ideographs": {v: vocab, c: config(tokenize_chinese_chars=False)},
        "vocabulary, cased, nothing else": {
            v: vocab,
            c: config(do_lower_case=False, strip_accents=False, tokenize_chinese_chars=False),
        },
        "vocabulary, old added tokens": {
            v: vocab,
            a: legacy,
            m: {
                **NAMES,
                "mask_token": token("[MASK]", lstrip=True, normalized=True),
                "additional_special_tokens": ["@user"],
            },
        },
        "vocabulary, added tokens, cased": {v: vocab, c: modern},
        "tokenizer": {j: tokenizer_json(True, SPECIAL_BY_ID)},
        "tokenizer, cased, added tokens": {j: tokenizer_json(False, numbered()), c: modern},
        "tokenizer, uncased, added tokens": {
            j: tokenizer_json(True, numbered()),
            c: {**modern, "do_lower_case": True},
        },
        "tokenizer overruled": {
            j: tokenizer_json(True, SPECIAL_BY_ID),
            c: {
                **modern,
                "added_tokens_decoder": plain,
                "strip_accents": False,
                "tokenize_chinese_chars": False,
            },
        },
        "tokenizer overruled by nothing": {j: tokenizer_json(False, SPECIAL_BY_ID, chinese=False)},
        "plain tokenizer that cuts and pads": {
            j: tokenizer_json(False, numbered(), truncation=cut, padding=pad),
            c: {"tokenizer_class": "PreTrainedTokenizerFast"},
        },
        "plain tokenizer without special tokens": {
            j: tokenizer_json(True, {}, chinese=False, strip=False),
            c: {"tokenizer_class": "PreTrainedTokenizerFast"},
        },
    }


FIXED = """
The river bank of New York
unaffable unaffables UNAFFABLE
Café cafe\u0301 CAFE\u0301 résumé naïve Ångström Å \u212b \ufb01n ½ ² Ⅷ ™
Über über U\u0308ber Überfahrt xÜber Über!
straße STRASSE ẞ İstanbul ıI œuvre
мир Мир МИР Ёлка йод и\u0306
λόγος ΛΟΓΟΣ Σίσυφος άΩ ϐ
سلام اَلْعَرَبِيَّة لا إ ؟ ٪
שלום שָׁלוֹם אבגד
नमस्ते हिन्दी कि की क्ष ।
สวัสดี ภาษาไทย กิ ก้า
東京大学 東京 東 京 中文 漢字かな交じり文カナ ｶﾅ 「東」。！？
\U00020000\U0002a6df \uf900 \u3400 \u9fff \u3007 \u2e80 \U00030000 \U0002b820
한국어 가나다 \u1112\u1161\u11ab\u1100\u116e\u11a8 각
😀👩\u200d🚀 👩🏽\u200d🚀 🇩🇪 ☺\ufe0f ❤️\u200d🔥 1️⃣
a\u200bb a\u200cb a\u200db a\u2060b a\ufeffb \u200b \u00ad soft\u00adhyphen
a\u00a0b a\u2003b a\u3000b a\u1680b a\u2028b a\u2029b a\u0085b a\tb a\rb a\x0bb a\x0cb
a\x00b a\x01b a\x07b a\x1bb a\x7fb a\x9fb \x00\x01 a\ufffdb
\ue000\uf8ff \U000f0000 \U0010fffd \u0378 \ufdd0 \uffff a\ue000b
[CLS] [SEP] [MASK] [PAD] [UNK] [URL] x[SEP]y x [MASK] y [mask] [Mask][MASK]
new york New York NEW YORK new  york newyork renew yorker new york.
@user @USER x@user y@users a @user b  [URL] x   [URL]   y x[URL]
<b> x <b>   y x<b>y < b > <B>
#TAG #TAGS x#TAG #tag (#TAG) #TAG.
été été  été ete  ÉTÉ x  été y
東京 x東京y 東 京 東京大学
the.of,the;of:the!of?the'of"the(of)the[of]the{of}the
¡Hola! ¿Qué? «oui» ‘a’ “b” … – — a—b a–b €5 §1 ±2 3×4 a_b a-b a/b a\\b ^`~|<=>+$
-- ... !!! ?!?! ''' ``` ___ *** ~~~
1,234.56 3.14 10:30 a@b.c http://x.y/z?q=1&r=2#s
##ing ing## # # ing [ UNK ] [[CLS]]
a\u0301\u0308\u0323 \u0301 \u0301a a \u0301 b\u0301\u200b\u0301
ﬁ ǆ ŉ ß ΐ ﬃ
the\u00adriver the\u2011river the\u2010river
\u202ethe river\u202c \u2066the\u2069
""".strip().split("\n")


def texts():
    source = random.Random(SEED)
    pools = [
        LETTERS[:62],
        "éèüñÅİçœẞﬁe\u0301u\u0308o\u0323n\u0303",
        "абвгдйёЖИмирЩъы",
        "αβγάςσΩλόγος",
        "ابتثلاءإ\u064b\u0651",
        "אבגדשם\u05b0\u05b8",
        "कखगािी्नमस",
        "กขคงาิ้สวั",
        "가나한국각\u1100\u1161\u11ab",
        "東京大学漢字中\U00020000\U0002a700\uf900\u3400ひらがカー",
        "😀👩\u200d🚀\ufe0f🇩🇪🏽",
        PUNCTUATION,
        "\x00\x01\x07\x1b\x7f\x85\x9f\ufffd\u200b\u200c\u200e\u2060\ufeff\u00ad\ue000\U000f0000",
        " \t\n\r\u00a0\u2003\u3000\u2028 ",
    ]
    phrases = SPECIAL + [t["content"] for t in ADDED] + ["New York", "@USER", "ÜBER"] + WORDS
    result = list(FIXED)
    result += ["", " ", "a" * 100, "a" * 101, "é" * 100, "e\u0301" * 60, "e\u0301" * 51]
    result += ["x" * 99 + "\u200b" + "x", "x" * 100 + "\u0301", "\u0301" * 101, "가" * 40, "가" * 34]
    result += ["東" * 150, "!" * 150, "ab" * 49 + "東" + "ab" * 52, "\U00020000" * 101, "İ" * 60]
    while len(result) < 400 + len(FIXED):
        pool = source.sample(pools, source.choice([1, 1, 2, 3]))
        parts = []
        for _ in range(source.randint(1, 7)):
            kind = source.random()
            if kind < 0.25:
                parts.append(source.choice(phrases))
            elif kind < 0.27:
                parts.append(source.choice(source.choice(pool)) * source.randint(90, 110))
            else:
                chosen = source.choice(pool)
                parts.append("".join(source.choices(chosen, k=source.randint(1, 6))))
        separator = source.choice([" ", " ", "", source.choice(pools[-1])])
        result.append(separator.join(parts))
    return result


class JavaRandom:
    """java.util.Random."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def next_float(self):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return (self.state >> 24) / (1 << 24)


def model():
    config = BertConfig(
        architectures=["BertForSequenceClassification"],
        vocab_size=ROWS,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        num_labels=3,
    )
    bert = BertForSequenceClassification(config).eval()
    source = JavaRandom(SEED)
    tensors = []
    with torch.no_grad():
        for name, tensor in sorted(bert.state_dict().items()):
            norm = "LayerNorm.weight" in name
            scale, offset = (0.5, 1.0) if norm else (1.0, 0.0)
            values = [(source.next_float() - 0.5) * scale + offset for _ in range(tensor.numel())]
            tensor.copy_(torch.tensor(values, dtype=torch.float32).reshape(tensor.shape))
            tensors.append([name, list(tensor.shape), scale, offset])
    return config, bert, tensors


def main(path):
    config, bert, tensors = model()
    tokenizers = []
    described = []
    for name, files in setups().items():
        contents = {
            file: content if isinstance(content, str) else json.dumps(content, separators=(",", ":"))
            for file, content in files.items()
        }
        with tempfile.TemporaryDirectory() as directory:
            config.save_pretrained(directory)
            for file, content in contents.items():
                with open(os.path.join(directory, file), "w", encoding="utf-8") as out:
                    out.write(content)
            tokenizers.append(AutoTokenizer.from_pretrained(directory))
        described.append({"name": name, "files": contents})
    results = []
    for text in texts():
        ids, scores, of = [], [], []
        for tokenizer in tokenizers:
            pieces = tokenizer(text, add_special_tokens=False)["input_ids"]
            if pieces not in ids:
                ids.append(pieces)
                inputs = tokenizer(text, truncation=True, max_length=128, return_tensors="pt")
                with torch.no_grad():
                    softmax = torch.softmax(bert(**inputs).logits[0].double(), dim=0)
                scores.append([round(score, 6) for score in softmax.tolist()])
            of.append(ids.index(pieces))
        results.append({"text": text, "of": of, "ids": ids, "scores": scores})
    fixture = {
        "config": json.loads(config.to_json_string(use_diff=False)),
        "seed": SEED,
        "tensors": tensors,
        "setups": described,
        "texts": results,
    }
    content = json.dumps(fixture, ensure_ascii=True, separators=(",", ":")).encode()
    with open(path, "wb") as out, gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as zipped:
        zipped.write(content)
    print(len(results), "texts,", len(described), "setups,", os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
