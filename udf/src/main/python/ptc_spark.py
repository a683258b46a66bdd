"""PrunedBertClassifier for PySpark. The jar of ptc-spark has to be on Spark's class path."""

import sys

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

_JAVA_PACKAGE = "io.github.ptcspark.spark.ml"


def _text(name, doc):
    return Param(Params._dummy(), name, doc, TypeConverters.toString)


class PrunedBertClassifier(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """Labels a column of texts; explainParams() says what the parameters mean."""

    model = _text("model", "directory of the bundle, on the driver or with a scheme")
    inputCol = _text("inputCol", "the column of texts")
    predictionCol = _text("predictionCol", "new column for the label; empty for none")
    probabilityCol = _text("probabilityCol", "new column for all scores, by id; empty for none")
    topK = Param(Params._dummy(), "topK", "how many labels go to topKCol", TypeConverters.toInt)
    topKCol = _text("topKCol", "new column for the best labels, if topK is set")

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj(f"{_JAVA_PACKAGE}.PrunedBertClassifier", self.uid)
        self._transfer_params_from_java()
        self._set(**params)

    def labels(self):
        """Names of the classes by label id, the order of probabilities."""
        self._transfer_params_to_java()
        return list(self._call_java("labels"))

    @classmethod
    def read(cls):
        return _Reader(cls)


class _Reader(JavaMLReader):
    @classmethod
    def _java_loader_class(cls, clazz):
        return f"{_JAVA_PACKAGE}.{clazz.__name__}"


# Where PySpark looks for the class of a Java stage when it loads a pipeline.
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]
