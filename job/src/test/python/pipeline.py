"""Labels texts in a pipeline that was saved and loaded: pipeline.py MODEL TEXTS DIRECTORY."""

import json
import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import SparkSession

from ptc_spark import PrunedBertClassifier

model, texts_file, directory = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
texts = spark.read.json(texts_file)

classifier = PrunedBertClassifier(model=model, topK=2)
Pipeline(stages=[classifier]).fit(texts).save(f"{directory}/pipeline")
loaded = PipelineModel.load(f"{directory}/pipeline")
loaded.transform(texts).select("id", "prediction", "probability", "topK").write.json(
    f"{directory}/rows"
)

renamed = classifier.copy({classifier.predictionCol: "topic", classifier.probabilityCol: ""})
stage = loaded.stages[0]
with open(f"{directory}/facts.json", "w") as facts:
    json.dump(
        {
            "labels": stage.labels(),
            "columns": renamed.transform(texts).columns,
            "topK": stage.getOrDefault("topK"),
            "type": type(stage).__name__,
        },
        facts,
    )
spark.stop()
