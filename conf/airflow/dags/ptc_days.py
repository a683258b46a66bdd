"""Where a day's labels lie while they are written, checked and read.

    OUTPUT/_staging/date=D    what `ptc classify` writes; not seen by readers of OUTPUT
    OUTPUT/_checks/D.json     what the check found
    OUTPUT/date=D             published: what readers of OUTPUT see, with `date` as a column

Names that begin with an underscore are hidden from Spark and Hive; DuckDB reads
`OUTPUT/date=*/*.parquet`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyarrow.dataset
from airflow.sdk import ObjectStoragePath

from ptc_checks import Day

#: File systems that rename a directory as one. On the others its files are copied one by one.
RENAMES = {"file", "local", "hdfs"}


class DayOutput:
    """The output of one day below the root of all."""

    def __init__(self, root: str, date: str):
        # Spark says s3a where Airflow's object storage says s3.
        self.root = ObjectStoragePath(root.replace("s3a://", "s3://", 1))
        self.date = date
        self.staged = self.root / "_staging" / f"date={date}"
        self.published = self.root / f"date={date}"
        self._superseded = self.root / "_staging" / f"superseded-{date}"
        self._check = self.root / "_checks" / f"{date}.json"

    def manifest(self) -> dict:
        """The manifest of the run; FileNotFoundError if none came to its end."""
        return json.loads((self.staged / "_ptc" / "manifest.json").read_text())

    def scores(self) -> Iterator[float | None]:
        """The column `score` of all rows."""
        files = [
            file.path.removeprefix("file://")
            for file in self.staged.rglob("*.parquet")
            if "/_ptc/" not in file.path
        ]
        rows = pyarrow.dataset.dataset(files, format="parquet", filesystem=self.staged.fs)
        for batch in rows.to_batches(columns=["score"]):
            yield from batch.column(0).to_pylist()

    def record(self, day: Day) -> None:
        """Keeps what the check found."""
        self._check.parent.mkdir(parents=True, exist_ok=True)
        self._check.write_text(json.dumps(day.as_dict(), indent=2, sort_keys=True))

    def checked(self) -> Day:
        """What the check found."""
        return Day.from_dict(json.loads(self._check.read_text()))

    def earlier(self, days: int) -> list[Day]:
        """The latest days before this one that are published, with what their checks found."""
        dates = sorted(
            directory.name.removeprefix("date=")
            for directory in self.root.iterdir()
            if directory.name.startswith("date=")
        )
        before = [DayOutput(str(self.root), date) for date in dates if date < self.date]
        return [output.checked() for output in before[-days:] if output._check.exists()]

    def clear_remains(self) -> None:
        """Takes away what a publication left behind that broke off when all was published."""
        if self.staged.exists() and not (self.staged / "_ptc").exists():
            _remove(self.staged)

    def publish(self) -> None:
        """Lets readers see the staged rows in place of the day's earlier ones, if there are any.

        May be tried again wherever it broke off: the staged rows stay until the others are whole.
        """
        if (self.staged / "_ptc" / "manifest.json").exists():
            fs = self.root.fs
            if self.root.protocol in RENAMES:
                if self.published.exists():
                    _remove(self._superseded)
                    fs.mv(self.published.path, self._superseded.path, recursive=True)
                fs.mv(self.staged.path, self.published.path, recursive=True)
            else:
                _remove(self.published)
                fs.copy(self.staged.path, self.published.path, recursive=True)
                _remove(self.staged / "_ptc")
        elif not self.published.exists():
            raise FileNotFoundError(f"Cannot publish {self.date}: no run came to its end in {self.staged}")
        self.clear_remains()
        _remove(self._superseded)


def _remove(directory: ObjectStoragePath) -> None:
    if directory.exists():
        directory.fs.rm(directory.path, recursive=True)
