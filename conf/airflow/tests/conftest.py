"""An Airflow of its own for the tests: everything that `airflow standalone` runs, on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[3]
DAGS = HOME / "conf" / "airflow" / "dags"
PATIENCE = 600

sys.path.insert(0, str(DAGS))


class Airflow:
    """A running Airflow and its REST API."""

    def __init__(self, directory: Path, environment: dict[str, str]):
        self.directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
            "AIRFLOW_HOME": str(directory / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **environment,
        }
        self.log = open(directory / "airflow.log", "wb")
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("airflow"), "standalone"],
            env={**self.environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._until(lambda: self._is_up(), "Airflow is up and has read the DAG")
        self.call("PATCH", "/dags/ptc_classify", {"is_paused": False})

    def run(self, run_id: str, **parameters) -> dict[str, str]:
        """Runs the DAG to its end; the state of each task."""
        self.start(run_id, **parameters)
        return self.end(run_id)

    def start(self, run_id: str, **parameters) -> None:
        self.call(
            "POST",
            "/dags/ptc_classify/dagRuns",
            {"dag_run_id": run_id, "logical_date": None, "conf": parameters},
        )

    def end(self, run_id: str) -> dict[str, str]:
        """Waits for the end of a run; the state of each task."""
        path = f"/dags/ptc_classify/dagRuns/{run_id}"
        self._until(
            lambda: self.call("GET", path)["state"] in ("success", "failed"), f"{run_id} ends"
        )
        return {name: task["state"] for name, task in self.tasks(run_id).items()}

    def tasks(self, run_id: str) -> dict[str, dict]:
        tasks = self.call("GET", f"/dags/ptc_classify/dagRuns/{run_id}/taskInstances")
        return {task["task_id"]: task for task in tasks["task_instances"]}

    def task_log(self, run_id: str, task: str) -> str:
        attempts = self.tasks(run_id)[task]["try_number"]
        path = f"/dags/ptc_classify/dagRuns/{run_id}/taskInstances/{task}/logs/{attempts}"
        return json.dumps(self.call("GET", path), ensure_ascii=False)

    def asset_events(self) -> list[dict]:
        return self.call("GET", "/assets/events?limit=100")["asset_events"]

    def clear(self, run_id: str) -> None:
        """Does all tasks of a run again, as the button Clear does."""
        self.call("POST", f"/dags/ptc_classify/dagRuns/{run_id}/clear", {"dry_run": False})

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(
            f"{self.url}/api/v2{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            raise AssertionError(f"{method} {path}: {e.code} {e.read().decode()}") from e

    def until(self, condition, what: str) -> None:
        self._until(condition, what)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.log.close()

    def _is_up(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"Airflow ended; see {self.log.name}")
        try:
            return bool(self.call("GET", "/dags/ptc_classify"))
        except (OSError, AssertionError):
            return False

    def _until(self, condition, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {PATIENCE} s; see {self.directory}")
            time.sleep(0.5)


@pytest.fixture(scope="session")
def airflow(tmp_path_factory):
    """Airflow with the DAG, a local Spark, the sample model and places for corpus and labels."""
    directory = tmp_path_factory.mktemp("airflow")
    jar = next(
        jar for jar in (HOME / "job/target").glob("ptc-job-*.jar") if "tests" not in jar.name
    )
    spark = Path(os.environ["SPARK_HOME"])
    running = Airflow(
        directory,
        {
            "PTC_JAR": str(jar),
            "PTC_MODEL": os.environ["PTC_MODEL"],
            "PTC_INPUT": str(directory / "corpus" / "{date}"),
            "PTC_OUTPUT": str(directory / "labels"),
            "PTC_SPARK_PROPERTIES": str(HOME / "conf" / "spark-defaults.conf"),
            "PTC_RETRY_SECONDS": "1",
            "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps({"conn_type": "spark", "host": "local[2]"}),
            "SPARK_HOME": str(spark),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
    )
    try:
        yield running
    finally:
        running.stop()
