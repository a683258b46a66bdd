"""Encodes documents with PySpark: an iterator pandas_udf around a BERT of transformers.

Usage: pyspark_peer.py MODEL PRECISION BATCH INPUT OUTPUT

The documents of an Arrow batch are sorted by length and padded in batches; a document becomes the
mean of its last hidden states.
"""

import sys
from typing import Iterator

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf

MODEL, PRECISION, BATCH, INPUT, OUTPUT = sys.argv[1:6]

# A function of a type that is written as text needs a session.
spark = SparkSession.builder.getOrCreate()


@pandas_udf("array<float>")
def encode(series: Iterator[pd.Series]) -> Iterator[pd.Series]:
    import torch
    from transformers import AutoTokenizer, BertModel

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    encoder = BertModel.from_pretrained(
        MODEL,
        add_pooling_layer=False,
        torch_dtype=torch.bfloat16 if PRECISION == "bf16" else torch.float32,
    ).eval()
    if PRECISION == "int8":
        encoder = torch.ao.quantization.quantize_dynamic(encoder, {torch.nn.Linear})
    batch = int(BATCH)
    for texts in series:
        documents = tokenizer(list(texts), truncation=True, max_length=512)["input_ids"]
        order = sorted(range(len(documents)), key=lambda place: len(documents[place]))
        vectors = [None] * len(documents)
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                places = order[start : start + batch]
                lengths = torch.tensor([len(documents[place]) for place in places])
                ids = torch.zeros(len(places), int(lengths.max()), dtype=torch.long)
                for row, place in enumerate(places):
                    ids[row, : lengths[row]] = torch.tensor(documents[place])
                mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
                same = bool((lengths == lengths[0]).all())
                hidden = encoder(ids, None if same else mask).last_hidden_state.float()
                means = (hidden * mask[:, :, None]).sum(1) / lengths[:, None]
                for row, place in enumerate(places):
                    vectors[place] = means[row].numpy()
        yield pd.Series(vectors)


documents = spark.read.schema("id string, text string").json(INPUT).coalesce(1)
documents.select("id", encode("text").alias("vector")).write.parquet(OUTPUT)
spark.stop()
