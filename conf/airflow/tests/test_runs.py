"""The DAG for real: Airflow's own services, spark-submit, the sample documents."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pyarrow.dataset
import pyarrow.parquet
import pytest
from conftest import HOME

SAMPLES = [
    json.loads(line)
    for line in (HOME / "data-samples/topics/test.jsonl").read_text(encoding="utf-8").splitlines()
]


def write_day(airflow, date: str, name: str, documents: list[dict], copies: int = 1) -> None:
    directory = airflow.directory / "corpus" / date
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / name, "w", encoding="utf-8") as file:
        for copy in range(copies):
            for document in documents:
                line = {"id": f"{document['id']}-{copy}", "text": document["text"]}
                file.write(json.dumps(line) + "\n")


def published(airflow) -> list[tuple[str, str]]:
    """Day and id of every row that readers see, sorted."""
    labels = airflow.directory / "labels"
    rows = []
    for day in sorted(labels.glob("date=*")):
        table = pyarrow.dataset.dataset(str(day), format="parquet").to_table(["id"])
        rows += [(day.name.removeprefix("date="), id) for id in table.column("id").to_pylist()]
    return sorted(rows)


def ids(date: str, documents: list[dict], copies: int = 1) -> list[tuple[str, str]]:
    return [(date, f"{doc['id']}-{copy}") for copy in range(copies) for doc in documents]


OPTIONS = ["--id-column", "id"]
ALL_WELL = dict.fromkeys(("find", "classify", "check", "publish"), "success")


def test_days_out_of_order_one_cleared_and_one_run_again(airflow):
    days = {f"2026-03-0{day + 1}": SAMPLES[day::3] for day in range(3)}
    for date, documents in days.items():
        write_day(airflow, date, "a.jsonl", documents)
    airflow.backfill(
        "2026-03-01", "2026-03-03", "--run-backwards", "--max-active-runs", "1", options=OPTIONS
    )
    runs = {run["data_interval_start"][:10]: run["dag_run_id"] for run in airflow.call(
        "GET", "/dags/ptc_classify/dagRuns")["dag_runs"]}
    assert sorted(runs) == sorted(days)
    for run in runs.values():
        assert airflow.end(run) == ALL_WELL
    began = [run["data_interval_start"][:10] for run in airflow.runs()]
    assert began == sorted(days, reverse=True)
    assert published(airflow) == everything(days)

    # A file comes late; the day in the middle is cleared. The others stay as they are.
    untouched = [files_of(airflow, date) for date in ("2026-03-01", "2026-03-03")]
    late = [{"id": "late", "text": SAMPLES[0]["text"]}]
    write_day(airflow, "2026-03-02", "b.jsonl", late)
    airflow.clear(runs["2026-03-02"])
    assert airflow.end(runs["2026-03-02"]) == ALL_WELL
    days["2026-03-02"] = days["2026-03-02"] + late
    assert published(airflow) == everything(days)
    assert [files_of(airflow, date) for date in ("2026-03-01", "2026-03-03")] == untouched

    # The same day by another run: no row twice.
    before = files_of(airflow, "2026-03-03")
    assert airflow.run("again", date="2026-03-03", options=OPTIONS) == ALL_WELL
    assert files_of(airflow, "2026-03-03") != before
    assert published(airflow) == everything(days)
    newest = max(airflow.asset_events(), key=lambda event: event["timestamp"])
    labels = airflow.directory / "labels"
    assert newest["extra"] == {"date": "2026-03-03", "path": f"{labels}/date=2026-03-03"}
    assert not list((labels / "_staging").iterdir())


def test_a_day_without_documents_is_skipped(airflow):
    states = airflow.run("nothing", date="2026-02-01", options=OPTIONS)
    assert set(states.values()) == {"skipped"}


def test_a_day_that_nobody_should_read_is_not_published(airflow):
    before = published(airflow)
    write_day(airflow, "2026-03-04", "one-topic.jsonl", [SAMPLES[0]], copies=80)
    (airflow.directory / "corpus" / "2026-03-04" / "broken.jsonl").write_text("no JSON\n" * 20)
    states = airflow.run("broken", date="2026-03-04", options=OPTIONS)
    assert states == {
        "find": "success",
        "classify": "success",
        "check": "failed",
        "publish": "upstream_failed",
    }
    assert airflow.tasks("broken")["check"]["try_number"] == 1
    log = airflow.task_log("broken", "check")
    assert (
        "Cannot publish the labels of 2026-03-04: 20 of 100 documents were rejected, 20.0 %;"
        " 1.0 % may be (malformed-record 20); the labels drifted, stability index" in log
    )
    assert published(airflow) == before


def test_a_run_that_is_killed_is_taken_up_by_its_retry(airflow):
    before = published(airflow)
    copies = 16
    write_day(airflow, "2026-03-05", "e.jsonl", SAMPLES, copies)
    airflow.start("killed", date="2026-03-05", options=[*OPTIONS, "--slice-size", "128k"])
    staging = airflow.directory / "labels" / "_staging" / "date=2026-03-05"
    airflow.until(lambda: any(staging.glob("*.parquet")), "the first slice is committed")
    os.kill(driver(staging), signal.SIGKILL)
    slices = {file.name for file in staging.glob("*.parquet")}

    assert airflow.end("killed") == ALL_WELL
    assert airflow.tasks("killed")["classify"]["try_number"] > 1
    assert published(airflow) == sorted(before + ids("2026-03-05", SAMPLES, copies))
    day = airflow.directory / "labels" / "date=2026-03-05"
    kept = {file.name for file in day.glob("*.parquet")}
    assert slices <= kept, "what was committed before the kill was done again"


def test_documents_and_labels_in_s3(airflow, bucket):
    if bucket is None:
        pytest.skip("there is no S3Proxy: mvn verify -Pcluster downloads it")
    lines = "".join(json.dumps(document) + "\n" for document in SAMPLES[:10])
    bucket.put("corpus/2026-03-06/f.jsonl", lines.encode())
    places = {"input": "s3a://days/corpus/{date}", "output": "s3a://days/labels"}
    assert airflow.run("s3", date="2026-03-06", options=OPTIONS, **places) == ALL_WELL
    # What ends with a slash stands for a directory.
    keys = [key for key in bucket.keys() if not key.endswith("/")]
    assert not [key for key in keys if key.startswith("labels/_staging/")]
    assert "labels/_checks/2026-03-06.json" in keys
    assert "labels/date=2026-03-06/_ptc/manifest.json" in keys
    [rows] = [key for key in keys if key.endswith(".parquet")]
    assert rows.startswith("labels/date=2026-03-06/")
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(bucket.get(rows)), columns=["id"])
    assert sorted(table.column("id").to_pylist()) == sorted(doc["id"] for doc in SAMPLES[:10])


def everything(days: dict[str, list[dict]]) -> list[tuple[str, str]]:
    return sorted(row for date, documents in days.items() for row in ids(date, documents))


def files_of(airflow, date: str) -> dict[str, int]:
    """The files of a published day and when they were written."""
    day = airflow.directory / "labels" / f"date={date}"
    return {str(file): file.stat().st_mtime_ns for file in day.rglob("*") if file.is_file()}


def driver(output: Path) -> int:
    """The Java process that writes an output."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if command[0].endswith("java") and f"--output={output}" in command:
                return int(process.name)
    pytest.fail(f"no driver writes {output}")
