"""Executes spark_sql_and_streams.ipynb on the demo's model."""

import json
import unittest

from execute import NOTEBOOKS, execute, figures, read, text
from unfit import faults

NOTEBOOK = NOTEBOOKS / "spark_sql_and_streams.ipynb"
TEXTS = NOTEBOOKS.parent / "data-samples/topics/test.jsonl"


class SparkAndStreamsTest(unittest.TestCase):
    """SQL functions, transformer and stream see every text once."""

    def test_the_demos_model(self):
        executed = execute(NOTEBOOK)
        self.assertEqual([], faults(executed))
        self.assertEqual(2, len(figures(executed)))
        topics = [json.loads(line)["label"] for line in TEXTS.read_text("utf-8").splitlines()]
        self.assertIn(f"{len(topics)} of {len(topics)} labels", text(executed))
        self.assertIn("labels: " + ", ".join(sorted(set(topics))), text(executed))

    def test_the_copy_in_the_repository(self):
        copy = read(NOTEBOOK)
        self.assertEqual([], faults(copy))
        self.assertEqual(2, len(figures(copy)))


if __name__ == "__main__":
    unittest.main()
