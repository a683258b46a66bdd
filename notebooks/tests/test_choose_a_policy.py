"""Executes choose_a_policy.ipynb on sweeps."""

import os
import re
import tempfile
import unittest
from pathlib import Path

import duckdb

from execute import NOTEBOOKS, execute, figures, read, text
from unfit import faults

NOTEBOOK = NOTEBOOKS / "choose_a_policy.ipynb"
SWEEP = NOTEBOOKS.parent / "job/target/demo/sweep"

#: Agreement and speed, FLOPs and speed, whose label changes.
FIGURES = 3


class ChooseAPolicyTest(unittest.TestCase):
    """The policy that is taken is the one that an analyst would find in the table."""

    @classmethod
    def setUpClass(cls):
        cls._directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._directory.cleanup)
        cls.db = duckdb.connect()
        for part in ("policies", "documents"):
            cls.db.execute(
                f"CREATE VIEW {part} AS FROM read_parquet('{SWEEP}/{part}.parquet/**/*.parquet')")

    def sweep(self, name, policies, documents="FROM documents"):
        """A sweep of other results."""
        directory = Path(self._directory.name) / name
        for part, query in ("policies", policies), ("documents", documents):
            (directory / f"{part}.parquet").mkdir(parents=True)
            file = str(directory / f"{part}.parquet/part-0.parquet").replace("'", "''")
            self.db.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
        return directory

    def execute(self, **environment):
        executed = execute(NOTEBOOK, environment)
        self.assertEqual([], faults(executed))
        self.assertEqual(FIGURES, len(figures(executed)))
        return text(executed)

    def fastest(self, agreement):
        return self.db.execute(
            "SELECT policy FROM policies WHERE agreement >= ? ORDER BY speed_up DESC LIMIT 1",
            [agreement]).fetchone()[0]

    def test_the_demos_sweep_without_a_word_of_what_to_read(self):
        shown = self.execute()
        policies, documents = self.db.execute("SELECT count(*), max(documents) FROM policies").fetchone()
        self.assertIn(f"{policies - 1} policies on {documents} documents, beside none", shown)
        self.assertIn(f'--policy "{self.fastest(0.98)}"', shown)
        self.assertIn("accuracy", shown)

    def test_another_agreement(self):
        shown = self.execute(PTC_AGREEMENT="0.5")
        self.assertIn(f'--policy "{self.fastest(0.5)}"', shown)
        self.assertIn("50.0%", shown)

    def test_policies_that_all_fail_leave_none(self):
        sweep = self.sweep(
            "worse", "SELECT * REPLACE (if(policy = 'none', 1.0, 0.1) AS agreement) FROM policies")
        self.assertIn('--policy "none"', self.execute(PTC_SWEEP=str(sweep)))

    def test_without_true_labels_and_with_one_policy_that_rejects_all(self):
        rejecting = "policy LIKE 'random(keep-ratio=0.3%'"
        sweep = self.sweep(
            "it's [1] *of* {a,b}?",
            f"""SELECT * REPLACE (NULL::DOUBLE AS accuracy, if({rejecting}, documents, 0) AS rejected,
                                  if({rejecting}, 0, agreement) AS agreement) FROM policies""",
            f"SELECT * REPLACE (if({rejecting}, 'rejected', status) AS status) FROM documents")
        shown = self.execute(PTC_SWEEP=str(sweep))
        self.assertNotIn("accuracy", shown)
        self.assertTrue(re.search(r"random\(keep-ratio=0\.3\)\s+0\.0+ +0\.0+ +0\.\d+ ", shown), shown)

    def test_a_word_about_what_is_not_there(self):
        with self.assertRaisesRegex(Exception, "it has no policies.parquet; job/bin/ptc sweep writes one"):
            execute(NOTEBOOK, {"PTC_SWEEP": os.path.join(self._directory.name, "none")})
        with self.assertRaisesRegex(Exception, "PTC_AGREEMENT is 98.0, above 0 and at most 1 is wanted"):
            execute(NOTEBOOK, {"PTC_AGREEMENT": "98"})

    def test_the_copy_in_the_repository(self):
        copy = read(NOTEBOOK)
        self.assertEqual([], faults(copy))
        self.assertEqual(FIGURES, len(figures(copy)))


if __name__ == "__main__":
    unittest.main()
