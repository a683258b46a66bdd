"""The DAG for real: Airflow's own services, spark-submit, the sample documents."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pyarrow.dataset
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
ALL_WELL = dict.fromkeys(("prepare", "classify", "check", "publish"), "success")


def test_a_day_twice_and_the_next(airflow):
    first, second = SAMPLES[::2], SAMPLES[1::2]
    write_day(airflow, "2026-03-01", "a.jsonl", first)
    assert airflow.run("one", date="2026-03-01", options=OPTIONS) == ALL_WELL
    assert published(airflow) == sorted(ids("2026-03-01", first))

    # The same day by another run, and by the same run cleared: no row twice.
    assert airflow.run("one-again", date="2026-03-01", options=OPTIONS) == ALL_WELL
    airflow.clear("one")
    airflow.until(
        lambda: airflow.call("GET", "/dags/ptc_classify/dagRuns/one")["state"] != "success",
        "one is cleared",
    )
    assert airflow.end("one") == ALL_WELL
    assert published(airflow) == sorted(ids("2026-03-01", first))

    # The next day brings its own documents only.
    write_day(airflow, "2026-03-02", "b.jsonl", second)
    assert airflow.run("two", date="2026-03-02", options=OPTIONS) == ALL_WELL
    assert published(airflow) == sorted(ids("2026-03-01", first) + ids("2026-03-02", second))
    newest = max(airflow.asset_events(), key=lambda event: event["timestamp"])
    assert newest["extra"]["date"] == "2026-03-02"
    assert newest["extra"]["documents"] == len(second)
    assert Path(newest["extra"]["path"].removeprefix("file://")).name == "date=2026-03-02"


def test_a_day_without_documents_is_skipped(airflow):
    states = airflow.run("nothing", date="2026-02-01", options=OPTIONS)
    assert set(states.values()) == {"skipped"}


def test_a_day_with_too_many_rejects_is_not_published(airflow):
    before = published(airflow)
    directory = airflow.directory / "corpus" / "2026-03-03"
    write_day(airflow, "2026-03-03", "c.jsonl", SAMPLES[:20])
    (directory / "broken.jsonl").write_text("no JSON\n" * 5)
    states = airflow.run("broken", date="2026-03-03", options=OPTIONS)
    assert states == {
        "prepare": "success",
        "classify": "success",
        "check": "failed",
        "publish": "upstream_failed",
    }
    log = airflow.task_log("broken", "check")
    assert "Cannot publish the labels of 2026-03-03: 5 of 25 documents were rejected, 20.0 %" in log
    assert "malformed-record 5" in log
    assert published(airflow) == before

    # Mended, cleared, published.
    (directory / "broken.jsonl").unlink()
    assert airflow.run("mended", date="2026-03-03", options=OPTIONS) == ALL_WELL
    assert published(airflow) == sorted(before + ids("2026-03-03", SAMPLES[:20]))


def test_a_day_unlike_the_others_is_not_published(airflow):
    before = published(airflow)
    one_topic = [SAMPLES[0]]
    write_day(airflow, "2026-03-04", "d.jsonl", one_topic, copies=80)
    states = airflow.run("drifted", date="2026-03-04", options=OPTIONS)
    assert states["check"] == "failed"
    assert "the labels drifted, stability index" in airflow.task_log("drifted", "check")
    assert published(airflow) == before


def test_a_run_that_is_killed_is_taken_up_by_its_retry(airflow):
    before = published(airflow)
    copies = 20
    write_day(airflow, "2026-03-05", "e.jsonl", SAMPLES, copies)
    airflow.start("killed", date="2026-03-05", options=[*OPTIONS, "--slice-size", "256k"])
    staging = airflow.directory / "labels" / "_staging" / "date=2026-03-05"
    airflow.until(lambda: any(staging.glob("*.parquet")), "the first slice is committed")
    os.kill(driver(staging), signal.SIGKILL)
    slices = {file.name for file in staging.glob("*.parquet")}

    assert airflow.end("killed") == ALL_WELL
    assert airflow.tasks("killed")["classify"]["try_number"] == 2
    assert published(airflow) == sorted(before + ids("2026-03-05", SAMPLES, copies))
    day = airflow.directory / "labels" / "date=2026-03-05"
    kept = {file.name for file in day.glob("*.parquet")}
    assert slices <= kept, "what was committed before the kill was done again"


def driver(output: Path) -> int:
    """The Java process that writes an output."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if command[0].endswith("java") and str(output) in command:
                return int(process.name)
    pytest.fail(f"no driver writes {output}")
