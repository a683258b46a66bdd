"""What happens to a day's labels before and after they are made: an application of Spark.

    spark-submit ptc_day.py find    --date DAY --output DIR --input PATH
    spark-submit ptc_day.py check   --date DAY --output DIR --max-reject-ratio X --max-drift X --history N
    spark-submit ptc_day.py publish --date DAY --output DIR

It reads and writes as Spark does, so the documents and the labels may lie wherever Spark reaches
them: local disks, HDFS, S3. Where a day's labels are:

    OUTPUT/_staging/date=DAY    what `ptc classify` writes; not seen by readers of OUTPUT
    OUTPUT/_checks/DAY.json     what the check found
    OUTPUT/date=DAY             published: what readers of OUTPUT see, with `date` as a column

Names that begin with an underscore are hidden from Spark and Hive; DuckDB reads
`OUTPUT/date=*/*.parquet`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys

from ptc_checks import SCORE_BINS, Day, Limits, problems, read_day

#: Exit codes: what was looked for is not there; what was found must not be read by anybody.
NOTHING = 99
REFUSED = 98

#: File systems that rename a directory as one. On the others its files are moved one by one.
RENAMES = {"file", "hdfs", "viewfs"}


#: Names that ptc passes over unless the input says that character.
HIDDEN = ("_", ".")


class Refused(Exception):
    """A reason not to go on that trying again does not change."""


class Files:
    """The file systems of Spark."""

    def __init__(self, jvm):
        self._fs = jvm.org.apache.hadoop.fs
        self._io = jvm.org.apache.commons.io.IOUtils
        # With what --conf and --properties-file say of them; no session is needed for that.
        util = jvm.org.apache.spark.deploy.SparkHadoopUtil.get()
        self._configuration = util.newConfiguration(jvm.org.apache.spark.SparkConf())

    def exists(self, path: str) -> bool:
        return self._of(path).exists(self._path(path))

    def holds_files(self, pattern: str) -> bool:
        """Whether there is a file that ptc would read: one that a path or a pattern names, or below."""
        found = self._of(pattern).globStatus(self._path(pattern)) or []
        if pattern.rstrip("/").rpartition("/")[2].startswith(HIDDEN):
            return any(not status.isDirectory() or self._holds_files(status) for status in found)
        return any(self._is_read(status) for status in found)

    def names(self, directory: str) -> list[str]:
        if not self.exists(directory):
            return []
        statuses = self._of(directory).listStatus(self._path(directory))
        return sorted(status.getPath().getName() for status in statuses)

    def below(self, directory: str) -> list[str]:
        """All files below a directory, relative to it."""
        root = self._of(directory).getFileStatus(self._path(directory)).getPath().toString()
        files = self._of(directory).listFiles(self._path(directory), True)
        found = []
        while files.hasNext():
            found.append(files.next().getPath().toString()[len(root) + 1 :])
        return sorted(found)

    def read(self, path: str) -> str:
        stream = self._of(path).open(self._path(path))
        try:
            return self._io.toString(stream, "UTF-8")
        finally:
            stream.close()

    def write(self, path: str, text: str) -> None:
        stream = self._of(path).create(self._path(path), True)
        stream.write(bytearray(text.encode("utf-8")))
        stream.close()

    def rename(self, path: str, to: str) -> None:
        self._of(to).mkdirs(self._path(to).getParent())
        if not self._of(path).rename(self._path(path), self._path(to)):
            raise OSError(f"Cannot rename {path} to {to}")

    def remove(self, path: str) -> None:
        self._of(path).delete(self._path(path), True)
        if self.exists(path):
            raise OSError(f"Cannot remove {path}")

    def renames_directories(self, path: str) -> bool:
        return self._of(path).getUri().getScheme() in RENAMES

    def _is_read(self, status) -> bool:
        if status.getPath().getName().startswith(HIDDEN):
            return False
        return not status.isDirectory() or self._holds_files(status)

    def _holds_files(self, directory) -> bool:
        below = self._of(directory.getPath().toString()).listStatus(directory.getPath())
        return any(self._is_read(child) for child in below)

    def _of(self, path: str):
        return self._path(path).getFileSystem(self._configuration)

    def _path(self, path: str):
        return self._fs.Path(path)


class DayOutput:
    """The output of one day below that of all days."""

    def __init__(self, files: Files, root: str, date: str):
        self._files = files
        self.root = root.rstrip("/")
        self.date = date
        self.staged = f"{self.root}/_staging/date={date}"
        self.published = f"{self.root}/date={date}"
        self._superseded = f"{self.root}/_staging/superseded-{date}"
        self._moving = f"{self.root}/_staging/moving-{date}"
        self._check = f"{self.root}/_checks/{date}.json"

    def prepare(self) -> None:
        """Leaves nothing of earlier runs but what one that died had committed, to be taken up.

        A publication that broke off is brought to its end.
        """
        files = self._files
        if files.exists(self._superseded):
            if files.exists(self.published):
                files.remove(self._superseded)
            else:
                files.rename(self._superseded, self.published)
        if files.exists(self._moving):
            # Those rows have passed their check, and what they replace is gone already.
            self._move(files.read(self._moving).partition(" ")[2])
        dead = files.exists(f"{self.staged}/_ptc") and not files.exists(self._manifest(self.staged))
        if files.exists(self.staged) and not dead:
            files.remove(self.staged)

    def manifest(self) -> dict:
        """The manifest of the run that wrote the staged rows."""
        if not self._files.exists(self._manifest(self.staged)):
            raise Refused(f"no run came to its end: there is no {self._manifest(self.staged)}")
        return json.loads(self._files.read(self._manifest(self.staged)))

    def record(self, day: Day) -> None:
        """Keeps what the check found."""
        self._files.write(self._check, json.dumps(day.as_dict(), indent=2, sort_keys=True) + "\n")

    def checked(self) -> Day | None:
        """What the check found, if there was one."""
        if not self._files.exists(self._check):
            return None
        return Day.from_dict(json.loads(self._files.read(self._check)))

    def earlier(self, days: int) -> list[Day]:
        """The latest days before this one that are published, with what their checks found."""
        dates = [
            name.removeprefix("date=")
            for name in self._files.names(self.root)
            if name.startswith("date=")
        ]
        before = [date for date in dates if date < self.date]
        checks = [
            DayOutput(self._files, self.root, date).checked()
            for date in (before[-days:] if days else [])
        ]
        return [check for check in checks if check is not None]

    def publish(self) -> None:
        """Lets readers see the staged rows in place of the day's earlier ones, if there are any.

        May be tried again wherever it broke off.
        """
        files = self._files
        check = self.checked()
        if check is None:
            raise Refused(f"nothing was checked: there is no {self._check}")
        if files.exists(self._manifest(self.staged)):
            if self.manifest()["finished"] != check.finished:
                raise Refused(f"another run has written {self.staged} since the check")
            if files.renames_directories(self.root):
                self._rename()
            else:
                self._move(check.finished)
        elif files.exists(self._moving) and files.read(self._moving) == f"move {check.finished}":
            self._move(check.finished)
        elif not files.exists(self._manifest(self.published)) or (
            json.loads(files.read(self._manifest(self.published)))["finished"] != check.finished
        ):
            raise Refused(f"what was checked is neither in {self.staged} nor in {self.published}")
        if files.exists(self._superseded):
            files.remove(self._superseded)

    def _rename(self) -> None:
        if self._files.exists(self.published):
            if self._files.exists(self._superseded):
                self._files.remove(self._superseded)
            self._files.rename(self.published, self._superseded)
        self._files.rename(self.staged, self.published)

    def _move(self, finished: str) -> None:
        """Moves file by file, the manifest last, so that it can go on where it broke off.

        A mark says of which run the rows are, by when it finished, and whether the earlier ones are
        gone: what is published then is moved already.
        """
        files = self._files
        if not files.exists(self._moving) or files.read(self._moving) != f"move {finished}":
            files.write(self._moving, f"clear {finished}")
            if files.exists(self.published):
                files.remove(self.published)
            files.write(self._moving, f"move {finished}")
        if files.exists(self.staged):
            last = "_ptc/manifest.json"
            for name in sorted(files.below(self.staged), key=lambda name: (name == last, name)):
                if files.exists(f"{self.published}/{name}"):
                    files.remove(f"{self.staged}/{name}")
                else:
                    files.rename(f"{self.staged}/{name}", f"{self.published}/{name}")
            if files.exists(self.staged):
                files.remove(self.staged)
        files.remove(self._moving)

    @staticmethod
    def _manifest(directory: str) -> str:
        return f"{directory}/_ptc/manifest.json"


def find(output: DayOutput, files: Files, documents: str) -> int:
    # Several have blanks or commas between them, but for those in the braces of a pattern.
    several = re.findall(r"(?:\{[^}]*\}|[^,\s])+", documents)
    if not files.holds_files(documents) and not any(map(files.holds_files, several)):
        print(f"There are no documents of {output.date}: {documents}", file=sys.stderr)
        return NOTHING
    output.prepare()
    return 0


def check(output: DayOutput, limits: Limits, history: int) -> None:
    manifest = output.manifest()
    scores = _scores(output.staged) if manifest["counts"]["documents"] else {}
    day = read_day(output.date, manifest, scores)
    wrong = problems(day, output.earlier(history), limits)
    if wrong:
        raise Refused(f"{'; '.join(wrong)}. They are in {output.staged}")
    output.record(day)
    print(f"The labels of {output.date} may be read: {day.documents} documents, {day.rejected} of"
          f" them rejected", file=sys.stderr)


def _scores(directory: str) -> dict[int | None, int]:
    """How many rows have a score in each bin, or none."""
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import col, floor, least, lit

    spark = SparkSession.builder.getOrCreate()
    try:
        bins = least(floor(col("score") * SCORE_BINS), lit(SCORE_BINS - 1)).alias("bin")
        # A score that is null has no bin; least() would pass it over.
        rows = spark.read.parquet(directory).select(col("score").isNull().alias("none"), bins)
        counts = rows.groupBy("none", "bin").count().collect()
    finally:
        spark.stop()
    return {None if row["none"] else int(row["bin"]): row["count"] for row in counts}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="ptc_day.py", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["find", "check", "publish"])
    parser.add_argument("--date", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--input")
    parser.add_argument("--max-reject-ratio", type=float)
    parser.add_argument("--max-drift", type=float)
    parser.add_argument("--history", type=int)
    given = parser.parse_args(arguments)

    from pyspark.java_gateway import launch_gateway

    files = Files(launch_gateway().jvm)
    output = DayOutput(files, given.output, given.date)
    try:
        if given.what == "find":
            return find(output, files, given.input)
        if given.what == "check":
            check(output, Limits(given.max_reject_ratio, given.max_drift), given.history)
        else:
            output.publish()
        return 0
    except (Refused, ValueError, KeyError) as e:
        print(f"Cannot publish the labels of {given.date}: {e}", file=sys.stderr)
        return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
