"""Executes choose_a_policy.ipynb on sweeps of every kind."""

import math
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

#: Agreement and speed, agreement and FLOPs, whose label changes.
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
        [(cls.unpruned, cls.documents)] = cls.rows("SELECT policy, documents FROM policies LIMIT 1")

    @classmethod
    def rows(cls, query, *parameters):
        return cls.db.execute(query, parameters).fetchall()

    def sweep(self, name, policies, documents="FROM documents"):
        """A sweep of other results."""
        directory = Path(self._directory.name) / name
        for part, query in ("policies", policies), ("documents", documents):
            (directory / f"{part}.parquet").mkdir(parents=True)
            file = str(directory / f"{part}.parquet/part-0.parquet").replace("'", "''")
            self.db.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
        return directory

    def execute(self, **environment):
        executed = execute(NOTEBOOK, {name: str(value) for name, value in environment.items()})
        self.assertEqual([], faults(executed))
        self.assertEqual(FIGURES, len(figures(executed)))
        return text(executed).replace("\u00a0", " ")

    def fastest(self, agreement):
        [(policy,)] = self.rows(
            "SELECT policy FROM policies WHERE agreement >= ? ORDER BY speed_up DESC LIMIT 1", agreement)
        return policy

    def test_the_demos_sweep_without_a_word_of_what_to_read(self):
        shown = self.execute()
        policies = self.rows("SELECT policy, agreement, on_front FROM policies")
        self.assertIn(
            f"{len(policies) - 1} policies on {self.documents} documents, beside {self.unpruned}", shown)
        self.assertIn(f'classify --model BUNDLE --input CORPUS --output LABELS \\\n    --policy'
                      f' "{self.fastest(0.98)}"', shown)
        self.assertIn("accuracy", shown)
        front = re.findall(r'^\d+\. .*\n   --policy "(.*)"$', shown, re.MULTILINE)
        self.assertEqual({policy for policy, _, on_front in policies if on_front}, set(front))
        table = intervals(shown)
        self.assertEqual(
            sorted(percent(agreement) for _, agreement, _ in policies),
            sorted(agreement for _, agreement, _, _ in table))
        for name, agreement, low, high in table:
            with self.subTest(name):
                self.check_interval(name, round(agreement / 100 * self.documents), low, high)

    def check_interval(self, name, hits, low, high):
        """A number within the rounding of the exact interval of the binomial distribution."""
        if name == "unpruned":
            self.assertEqual((100, 100), (low, high))
            return
        self.assertEqual(low == 0, hits == 0)
        self.assertEqual(high == 100, hits == self.documents)
        if low > 0:
            self.assertLess(self.chance(hits, self.documents, low - 0.06), 0.025)
            self.assertGreater(self.chance(hits, self.documents, low + 0.06), 0.025)
        if high < 100:
            self.assertGreater(self.chance(0, hits, high - 0.06), 0.025)
            self.assertLess(self.chance(0, hits, min(100, high + 0.06)), 0.025)

    def chance(self, first, last, percentage):
        """The chance of so many labels that agree, where a percentage of all do."""
        share = percentage / 100
        return math.fsum(
            math.comb(self.documents, hits) * share**hits * (1 - share) ** (self.documents - hits)
            for hits in range(first, last + 1))

    def test_another_agreement(self):
        shown = self.execute(PTC_AGREEMENT=0.5)
        self.assertIn(f'spark.sql.catalog.ptc.policy={self.fastest(0.5)}"', shown)
        self.assertRegex(shown, r"\n50 % ")

    def test_policies_that_all_fail_leave_none(self):
        sweep = self.sweep(
            "worse",
            f"SELECT * REPLACE (if(policy = '{self.unpruned}', 1.0, 0.1) AS agreement) FROM policies")
        self.assertIn(f'--policy "{self.unpruned}"', self.execute(PTC_SWEEP=sweep))

    def test_without_true_labels_and_with_a_policy_that_labels_nothing(self):
        # A model that was not trained to combine.
        policy = f"""if(policy = '{self.unpruned}', 'none',
                        regexp_replace(policy, '(\\) [+] combining\\(|, combining-layer).*\\)', ')')) AS policy"""
        idle = "policy LIKE 'random(keep-ratio=0.3%'"
        sweep = self.sweep(
            "it's [1] *of* {a,b}?",
            f"""SELECT * REPLACE ({policy}, NULL::DOUBLE AS accuracy,
                                  if({idle}, 0, documents) AS documents, if({idle}, documents, 0) AS rejected,
                                  if({idle}, 0, agreement) AS agreement, if({idle}, NULL, cost) AS cost,
                                  if({idle}, NULL, millis) AS millis, if({idle}, NULL, speed_up) AS speed_up,
                                  on_front AND NOT {idle} AS on_front)
                FROM policies""",
            f"""SELECT * REPLACE ({policy}, NULL::VARCHAR AS true_label,
                                  if({idle}, 'rejected', status) AS status,
                                  if({idle}, NULL, label) AS label, if({idle}, NULL, millis) AS millis)
                FROM documents""")
        shown = self.execute(PTC_SWEEP=sweep)
        self.assertIn("beside none", shown)
        self.assertIn("no document gets a label, and they are left out below: random(keep-ratio=0.3)\n", shown)
        self.assertNotIn("accuracy", shown)
        self.assertNotIn("true_label", shown)

    def test_one_document_without_pruning(self):
        alone = f"policy = '{self.unpruned}'"
        sweep = self.sweep(
            "alone",
            f"SELECT * REPLACE (1::BIGINT AS documents, true AS on_front) FROM policies WHERE {alone}",
            f"FROM documents WHERE {alone} AND document = 0")
        shown = self.execute(PTC_SWEEP=sweep, PTC_AGREEMENT=1)
        self.assertIn("0 policies on 1 document, beside", shown)
        self.assertIn("There are too few documents to say it.", shown)

    def test_a_word_about_what_is_not_there(self):
        with self.assertRaisesRegex(Exception, "it has no policies.parquet; job/bin/ptc sweep writes one"):
            execute(NOTEBOOK, {"PTC_SWEEP": os.path.join(self._directory.name, "none")})
        with self.assertRaisesRegex(Exception, "PTC_AGREEMENT is 98.0, above 0 and at most 1 is wanted"):
            execute(NOTEBOOK, {"PTC_AGREEMENT": "98"})

    def test_the_copy_in_the_repository(self):
        copy = read(NOTEBOOK)
        self.assertEqual([], faults(copy))
        self.assertEqual(FIGURES, len(figures(copy)))
        self.assertLess(os.path.getsize(NOTEBOOK), 500_000)
        run = (NOTEBOOKS / "tests/run").read_text("utf-8")
        self.assertEqual(commanded(run), commanded(copy.cells[0].source))


def commanded(text):
    """The policies that commands name."""
    return re.findall(r'--policy "([^"]*)"', text)


def intervals(shown):
    """Name, agreement and its interval of each policy in the table, in percent."""
    table = shown[shown.index(" agreement    from"):]
    table = table[:table.index("\n\n")] if "\n\n" in table else table
    return [(name, *map(float, numbers)) for name, *numbers in re.findall(
        r"^(\S+(?:\([^)]*\))?) +(?:\d+ +)?([\d.]+) % +([\d.]+) % +([\d.]+) %", table, re.MULTILINE)]


def percent(share):
    """A share as the table has it."""
    return round(100 * share, 1 if 0.001 <= share <= 0.999 else 2)


if __name__ == "__main__":
    unittest.main()
