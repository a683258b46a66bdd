"""Executes pruning_statistics.ipynb on outputs of every kind."""

import os
import re
import tempfile
import unittest
from pathlib import Path

from execute import NOTEBOOKS, execute, figures, read, text
from outputs import Outputs
from unfit import faults

NOTEBOOK = NOTEBOOKS / "pruning_statistics.ipynb"
DEMO = NOTEBOOKS.parent / "job/target/demo/labels.parquet"

#: Labels, confidence, tokens by layer, by layer and length, cost, time.
OF_LABELLED = 6


class PruningStatisticsTest(unittest.TestCase):
    """What is to be seen is that which an analyst would count by hand."""

    @classmethod
    def setUpClass(cls):
        cls._directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._directory.cleanup)
        cls.outputs = Outputs(DEMO, cls._directory.name)

    def execute(self, output, against=None):
        environment = {"PTC_OUTPUT": str(output), "PTC_AGAINST": str(against or "")}
        executed = execute(NOTEBOOK, environment)
        self.assertEqual([], faults(executed))
        return executed

    def test_the_demos_output_without_a_word_of_what_to_read(self):
        executed = execute(NOTEBOOK, {})
        self.assertEqual([], faults(executed))
        self.assertEqual(OF_LABELLED, len(figures(executed)))
        [(documents, cost)] = self.outputs.rows(
            "SELECT count(*), sum(stats.flops) / sum(stats.flops_dense) FROM demo"
        )
        self.assertRegex(text(executed), rf"documents +{documents}\n")
        self.assertRegex(text(executed), rf"cost +{cost:.3f}\n")

    def test_true_labels_and_another_run(self):
        # Every third document has another label than before, and one document is there twice.
        changed = """
            SELECT * EXCLUDE (n, other) REPLACE (CASE WHEN n % 3 = 0 THEN other ELSE label END AS label)
            FROM (SELECT *, row_number() OVER (ORDER BY id) AS n,
                         CASE WHEN label = 'music' THEN 'cooking' ELSE 'music' END AS other
                  FROM demo)
        """
        now = self.outputs.write("now", f"SELECT *, regexp_extract(id, '^[a-z]+') AS topic FROM ({changed})")
        before = self.outputs.write(
            "before", "FROM demo UNION ALL (FROM demo ORDER BY id LIMIT 1)",
            **{"ptc.policy": "none"})
        executed = self.execute(now, before)
        # And how far scores can be relied on, which labels changed, at which score.
        self.assertEqual(OF_LABELLED + 3, len(figures(executed)))
        [(documents,)] = self.outputs.rows("SELECT count(*) FROM demo")
        self.assertRegex(text(executed), rf"before +{documents - 1} +{documents - 1} ")
        self.assertIn("keep-ratio: None before, 0.9 now", text(executed))
        moves = re.findall(r"^\d+ +[a-z]+ +[a-z]+ +(\d+)$", text(executed), re.MULTILINE)
        self.assertEqual(documents // 3, sum(map(int, moves)))

    def test_the_same_output_twice(self):
        executed = self.execute(DEMO, DEMO)
        self.assertEqual(OF_LABELLED, len(figures(executed)))
        self.assertIn("in both outputs changed its label", text(executed))

    def test_nothing_but_rejected_documents(self):
        output = self.outputs.rejects_only()
        executed = self.execute(output, DEMO)
        # Those rejected, and what changed: every label.
        self.assertEqual(3, len(figures(executed)))
        self.assertIn("No document has a label", text(executed))
        self.assertEqual(1, len(figures(self.execute(output))))

    def test_no_document_at_all(self):
        output = self.outputs.empty()
        self.assertEqual(0, len(figures(self.execute(output))))
        self.assertEqual(0, len(figures(self.execute(output, output))))

    def test_labels_that_no_font_has_in_directories(self):
        # 30 labels: markup, mathematics, other scripts, what directories escape, very long ones.
        hostile = """
            SELECT * EXCLUDE (n) REPLACE (
                ['<b>$x_1$ & ', '東京 / 大阪', 'a=b%2Fc:d''e', repeat('long ', 20), 'العربية'][n % 5 + 1]
                || n % 6 AS label)
            FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM demo)
        """
        output = self.outputs.partitioned("by-label", "label", hostile)
        executed = self.execute(output)
        self.assertEqual(OF_LABELLED, len(figures(executed)))
        self.assertIn("a=b%2Fc:d'e", text(executed))
        self.assertIn("東京 / 大阪", text(executed))

    def test_one_document_and_a_name_that_is_a_pattern(self):
        output = self.outputs.write("it's [1] *of* {a,b}?", "SELECT * FROM demo LIMIT 1")
        self.assertEqual(OF_LABELLED, len(figures(self.execute(output))))

    def test_a_word_about_what_is_not_there(self):
        with self.assertRaisesRegex(Exception, "there is no such directory"):
            execute(NOTEBOOK, {"PTC_OUTPUT": os.path.join(self._directory.name, "none")})

    def test_the_copy_in_the_repository(self):
        copy = read(NOTEBOOK)
        self.assertEqual([], faults(copy))
        self.assertGreaterEqual(len(figures(copy)), OF_LABELLED + 4)
        self.assertLess(os.path.getsize(NOTEBOOK), 1_000_000)


if __name__ == "__main__":
    unittest.main()
