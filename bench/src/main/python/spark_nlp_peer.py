"""Encodes documents with Spark NLP: its annotator for BGE models around an ONNX file.

Usage: spark_nlp_peer.py MODEL BATCH INPUT OUTPUT

Documents are sorted by length, if there is more than one in a batch; a document becomes the mean of
its last hidden states.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import length
from sparknlp.annotator import BGEEmbeddings
from sparknlp.base import DocumentAssembler

MODEL, BATCH, INPUT, OUTPUT = sys.argv[1:5]

spark = SparkSession.builder.getOrCreate()
documents = spark.read.schema("id string, text string").json(INPUT).coalesce(1)
if int(BATCH) > 1:
    documents = documents.sortWithinPartitions(length("text"))
assembled = DocumentAssembler().setInputCol("text").setOutputCol("document").transform(documents)
encoder = (
    BGEEmbeddings.loadSavedModel(MODEL, spark)
    .setInputCols(["document"])
    .setOutputCol("vectors")
    .setBatchSize(int(BATCH))
    .setMaxSentenceLength(512)
    .setCaseSensitive(False)
    .setUseCLSToken(False)
)
encoder.transform(assembled).selectExpr("id", "vectors[0].embeddings AS vector").write.parquet(OUTPUT)
spark.stop()
