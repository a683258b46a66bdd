"""Where a day's labels go, on file systems that are made up and fail."""

from __future__ import annotations

import json

import pytest
from ptc_checks import Day
from ptc_day import DayOutput, Refused

DATE = "2026-01-02"


class Died(Exception):
    """The process is gone."""


class FakeFiles:
    """Files by name; dies at a given change, before or after it is made."""

    def __init__(self, files: dict[str, str], renames_directories: bool):
        self.files = dict(files)
        self.directories = renames_directories
        self.changes = 0
        self.dies_at = None

    def exists(self, path):
        return any(name == path or name.startswith(path + "/") for name in self.files)

    def names(self, directory):
        start = directory + "/"
        return sorted({name[len(start) :].split("/")[0] for name in self.files if name.startswith(start)})

    def below(self, directory):
        return sorted(name[len(directory) + 1 :] for name in self.files if name.startswith(directory + "/"))

    def read(self, path):
        return self.files[path]

    def write(self, path, text):
        self._change(lambda: self.files.update({path: text}))

    def rename(self, path, to):
        assert not self.exists(to), f"{to} is there already"
        if not self.directories:
            assert path in self.files, "a directory is no object"

        def move():
            for name in [name for name in self.files if name == path or name.startswith(path + "/")]:
                self.files[to + name[len(path) :]] = self.files.pop(name)

        self._change(move)

    def remove(self, path):
        # Where directories are only prefixes, one object goes after the other.
        for name in [name for name in self.files if name == path or name.startswith(path + "/")]:
            self._change(lambda: self.files.pop(name))

    def renames_directories(self, path):
        return self.directories

    def _change(self, change):
        self.changes += 1
        if self.changes == self.dies_at:
            raise Died
        change()


def checked(finished: str) -> str:
    day = Day(DATE, finished, "model", 2, {}, {"a": 2}, [0] * 9 + [2])
    return json.dumps(day.as_dict())


STAGED = {
    f"out/_staging/date={DATE}/new-1.parquet": "new rows",
    f"out/_staging/date={DATE}/new-2.parquet": "more new rows",
    f"out/_staging/date={DATE}/_ptc/commits/1": "commit",
    f"out/_staging/date={DATE}/_ptc/manifest.json": '{"finished": "new"}',
    f"out/_checks/{DATE}.json": checked("new"),
}
OLD = {
    f"out/date={DATE}/old.parquet": "old rows",
    f"out/date={DATE}/_ptc/manifest.json": '{"finished": "old"}',
}
OTHER = {"out/date=2026-01-01/x.parquet": "another day"}
PUBLISHED = {
    name.replace("_staging/", ""): text for name, text in STAGED.items() if "_staging/" in name
}


@pytest.mark.parametrize("renames_directories", [True, False])
@pytest.mark.parametrize("old", [{}, OLD])
def test_a_publication_that_dies_anywhere_is_brought_to_its_end(renames_directories, old):
    changes = publish(FakeFiles({**STAGED, **old, **OTHER}, renames_directories)).changes
    for first in range(1, changes + 1):
        for second in range(1, changes + 1):
            files = FakeFiles({**STAGED, **old, **OTHER}, renames_directories)
            for dies_at in (first, second):
                files.changes, files.dies_at = 0, dies_at
                try:
                    DayOutput(files, "out", DATE).publish()
                except Died:
                    pass
            files.dies_at = None
            publish(files)


def publish(files: FakeFiles) -> FakeFiles:
    DayOutput(files, "out/", DATE).publish()
    assert files.files == {**PUBLISHED, **OTHER, f"out/_checks/{DATE}.json": checked("new")}
    return files


@pytest.mark.parametrize("renames_directories", [True, False])
def test_a_day_can_be_begun_anew_wherever_its_publication_died(renames_directories):
    changes = publish(FakeFiles({**STAGED, **OLD, **OTHER}, renames_directories)).changes
    for dies_at in range(1, changes + 1):
        files = FakeFiles({**STAGED, **OLD, **OTHER}, renames_directories)
        files.dies_at = dies_at
        with pytest.raises(Died):
            DayOutput(files, "out", DATE).publish()
        files.dies_at = None
        DayOutput(files, "out", DATE).prepare()
        assert not files.exists("out/_staging")
        assert files.exists(f"out/date={DATE}/_ptc/manifest.json"), "the day is lost"
        rows = {name: files.files[name] for name in files.files if name.startswith(f"out/date={DATE}/")}
        assert rows in (OLD, PUBLISHED), "rows of two runs"
        files.files.update(STAGED)
        publish(files)


def test_rows_that_were_moved_for_another_run_are_not_mixed():
    changes = publish(FakeFiles({**STAGED, **OLD, **OTHER}, False)).changes
    for dies_at in range(1, changes + 1):
        files = FakeFiles({**STAGED, **OLD, **OTHER}, False)
        files.dies_at = dies_at
        with pytest.raises(Died):
            DayOutput(files, "out", DATE).publish()
        files.dies_at = None
        again = f"out/_staging/date={DATE}"
        for name in [name for name in files.files if name.startswith(again)]:
            del files.files[name]
        files.files.update({
            f"{again}/again.parquet": "rows of a later run",
            f"{again}/_ptc/manifest.json": '{"finished": "later"}',
            f"out/_checks/{DATE}.json": checked("later"),
        })
        DayOutput(files, "out", DATE).publish()
        assert files.files == {
            f"out/date={DATE}/again.parquet": "rows of a later run",
            f"out/date={DATE}/_ptc/manifest.json": '{"finished": "later"}',
            f"out/_checks/{DATE}.json": checked("later"),
            **OTHER,
        }


def test_what_a_run_committed_that_died_stays():
    died = {name: text for name, text in STAGED.items() if not name.endswith("manifest.json")}
    files = FakeFiles(died, True)
    DayOutput(files, "out", DATE).prepare()
    assert files.files == died


def test_rows_of_another_run_than_was_checked_are_not_published():
    files = FakeFiles({**STAGED, **OLD, f"out/_checks/{DATE}.json": checked("before")}, True)
    with pytest.raises(Refused, match="another run has written out/_staging/date=2026-01-02 since"):
        DayOutput(files, "out", DATE).publish()
    del files.files[f"out/_checks/{DATE}.json"]
    with pytest.raises(Refused, match="nothing was checked"):
        DayOutput(files, "out", DATE).publish()


def test_a_day_that_is_nowhere_is_not_published():
    files = FakeFiles({**OLD, f"out/_checks/{DATE}.json": checked("new")}, True)
    with pytest.raises(Refused, match="what was checked is neither in"):
        DayOutput(files, "out", DATE).publish()
    with pytest.raises(Refused, match="no run came to its end"):
        DayOutput(files, "out", DATE).manifest()


def test_a_day_is_compared_with_the_last_published_days_before_it():
    names = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-03"]
    files = FakeFiles({f"out/date={name}/x.parquet": "" for name in names}, True)
    for name in names[1:]:
        files.files[f"out/_checks/{name}.json"] = checked(name)
    output = DayOutput(files, "out", DATE)
    assert [day.finished for day in output.earlier(2)] == ["2025-12-31", "2026-01-01"]
    assert [day.finished for day in output.earlier(9)] == ["2025-12-31", "2026-01-01"]
    assert output.earlier(0) == []
