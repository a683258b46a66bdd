"""An Airflow of its own for the tests: everything that `airflow standalone` runs, on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[3]
DAGS = HOME / "conf" / "airflow" / "dags"
PATIENCE = 900

sys.path.insert(0, str(DAGS))

# What ends the tests ends what they have started: fixtures are left as by Ctrl-C.
for number in (signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) != signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler)


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
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
            # A machine that is busy with other things is no reason to give up.
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "3600",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "3600",
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **environment,
        }
        self.log = open(directory / "airflow.log", "wb")
        self.process = None

    def begin(self) -> None:
        """Starts everything; returns when the DAG is read."""
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
        path = f"/dags/ptc_classify/dagRuns/{urllib.parse.quote(run_id)}"
        self._until(
            lambda: self.call("GET", path)["state"] in ("success", "failed"), f"{run_id} ends"
        )
        return {name: task["state"] for name, task in self.tasks(run_id).items()}

    def tasks(self, run_id: str) -> dict[str, dict]:
        tasks = self.call("GET", f"/dags/ptc_classify/dagRuns/{urllib.parse.quote(run_id)}/taskInstances")
        return {task["task_id"]: task for task in tasks["task_instances"]}

    def task_log(self, run_id: str, task: str) -> str:
        attempts = self.tasks(run_id)[task]["try_number"]
        path = f"/dags/ptc_classify/dagRuns/{run_id}/taskInstances/{task}/logs/{attempts}"
        return json.dumps(self.call("GET", path), ensure_ascii=False)

    def asset_events(self) -> list[dict]:
        return self.call("GET", "/assets/events?limit=100")["asset_events"]

    def clear(self, run_id: str) -> None:
        """Does all tasks of a run again, as the button Clear does."""
        path = f"/dags/ptc_classify/dagRuns/{urllib.parse.quote(run_id)}"
        self.call("POST", f"{path}/clear", {"dry_run": False})
        self._until(
            lambda: self.call("GET", path)["state"] in ("queued", "running"), f"{run_id} is cleared"
        )

    def backfill(self, first: str, last: str, *options: str, **parameters) -> None:
        """What `airflow backfill create` does on the command line."""
        command = [Path(sys.executable).with_name("airflow"), "backfill", "create"]
        command += ["--dag-id", "ptc_classify", "--from-date", first, "--to-date", last]
        command += ["--dag-run-conf", json.dumps(parameters), *options]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def runs(self) -> list[dict]:
        """All runs of the DAG in the order in which they began."""
        runs = self.call("GET", "/dags/ptc_classify/dagRuns?limit=100")["dag_runs"]
        return sorted((run for run in runs if run["start_date"]), key=lambda run: run["start_date"])

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
        if self.process:
            self._signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                pass
            # Those that outlived the first of them, too.
            self._signal(signal.SIGKILL)
        self.log.close()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

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


class Bucket:
    """A bucket of an S3 server on loopback, in memory: S3Proxy, which asks for no signatures."""

    NAME = "days"

    def __init__(self, directory: Path):
        target = HOME / "job" / "target"
        settings = directory / "s3proxy.conf"
        settings.write_text(
            "s3proxy.endpoint=http://127.0.0.1:0\ns3proxy.authorization=none\n"
            "jclouds.provider=transient\njclouds.identity=none\njclouds.credential=none\n"
        )
        self.log = directory / "s3proxy.log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                ["java", "-Xmx256m", "-cp", (target / "s3proxy.classpath").read_text().strip(),
                 "org.gaul.s3proxy.Main", "--properties", str(settings)],
                stdout=output, stderr=subprocess.STDOUT,
            )

    def begin(self) -> None:
        """Waits until it takes requests, and makes the bucket."""
        end = time.monotonic() + PATIENCE
        while not (
            port := re.search(r"Started ServerConnector.+\{127\.0\.0\.1:(\d+)}", self.log.read_text())
        ):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"S3Proxy does not start; see {self.log}")
            time.sleep(0.2)
        self.url = f"http://127.0.0.1:{port[1]}/{self.NAME}"
        self.put("", b"")
        target = HOME / "job" / "target"
        jars = [str(target / "s3a-jars" / f"{jar}.jar") for jar in ("hadoop-aws", "aws-java-sdk-bundle")]
        self.settings = {
            "spark.driver.extraClassPath": ":".join(jars),
            "spark.hadoop.fs.s3a.endpoint": f"http://127.0.0.1:{port[1]}",
            "spark.hadoop.fs.s3a.path.style.access": "true",
            "spark.hadoop.fs.s3a.access.key": "any",
            "spark.hadoop.fs.s3a.secret.key": "any",
        }

    def put(self, key: str, content: bytes) -> None:
        request = urllib.request.Request(f"{self.url}/{key}".rstrip("/"), data=content, method="PUT")
        urllib.request.urlopen(request, timeout=60).close()

    def get(self, key: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}/{urllib.parse.quote(key)}", timeout=60) as answer:
            return answer.read()

    def keys(self) -> list[str]:
        with urllib.request.urlopen(self.url, timeout=60) as answer:
            return re.findall("<Key>([^<]*)</Key>", answer.read().decode())

    def stop(self) -> None:
        self.process.kill()


@pytest.fixture(scope="session")
def bucket(tmp_path_factory):
    if not (HOME / "job" / "target" / "s3proxy.classpath").exists():
        yield None
        return
    running = Bucket(tmp_path_factory.mktemp("s3"))
    try:
        running.begin()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def airflow(tmp_path_factory, bucket):
    """Airflow with the DAG, a local Spark, the sample model and places for corpus and labels."""
    directory = tmp_path_factory.mktemp("airflow")
    properties = directory / "spark.conf"
    settings = {"spark.master": "local[2]", "spark.ui.enabled": "false", **(bucket.settings if bucket else {})}
    properties.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
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
            "PTC_SPARK_PROPERTIES": str(properties),
            "PTC_RETRY_SECONDS": "1",
            "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps({"conn_type": "spark", "host": "local[2]"}),
            "LOG4J_CONFIGURATION_FILE": str(HOME / "conf" / "log4j2.properties"),
            "SPARK_HOME": str(spark),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
    )
    try:
        running.begin()
        yield running
    finally:
        running.stop()
