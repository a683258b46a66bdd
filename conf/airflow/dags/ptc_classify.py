"""Classifies the documents of each day with ptc and publishes the labels once they are checked.

Write, audit, publish: `classify` writes a day's labels where no reader looks, `check` compares them
with the manifest, with the limits and with earlier days, `publish` puts them in their place and
tells the DAGs that wait for the asset `ptc_labels`.

The environment of the scheduler and the workers says where things are (`PTC_JAR`, `PTC_MODEL`,
`PTC_INPUT`, `PTC_OUTPUT`); the form that triggers a run may say otherwise for that run.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import (
    Asset,
    CronDataIntervalTimetable,
    ObjectStoragePath,
    Param,
    dag,
    task,
)
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

#: What other DAGs wait for: `schedule=[Asset("ptc_labels")]`.
LABELS = Asset("ptc_labels")


def setting(name: str, default: str) -> str:
    return os.environ.get(name, default)


@dag(
    dag_id="ptc_classify",
    description="Classifies new documents each day, checks the labels and publishes them",
    doc_md=__doc__,
    tags=["ptc", "spark"],
    # The run of a day starts when the day is over; its documents are those of the day.
    schedule=CronDataIntervalTimetable(setting("PTC_SCHEDULE", "0 0 * * *"), timezone="UTC"),
    start_date=datetime.fromisoformat(setting("PTC_START_DATE", "2026-01-01")),
    catchup=False,
    # Each day is compared with those before it.
    max_active_runs=1,
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day to classify; by default that of the run's data interval.",
        ),
        "jar": Param(
            setting("PTC_JAR", "ptc-job.jar"), type="string", description="The jar of ptc."
        ),
        "model": Param(
            setting("PTC_MODEL", "my.bundle"),
            type="string",
            description="The model: a bundle that ptc made.",
        ),
        "input": Param(
            setting("PTC_INPUT", "corpus/{date}"),
            type="string",
            description="The documents of a day; {date} stands for the day, such as 2026-01-31.",
        ),
        "output": Param(
            setting("PTC_OUTPUT", "labels"),
            type="string",
            description="Labels of all days, a directory date=DAY for each.",
        ),
        "options": Param(
            [],
            type="array",
            items={"type": "string"},
            description="Further options of 'ptc classify', a word a line, such as --id-column and id.",
        ),
        "max_reject_ratio": Param(
            0.01,
            type="number",
            minimum=0,
            maximum=1,
            description="Largest share of documents that may be rejected.",
        ),
        "max_drift": Param(
            0.25,
            type="number",
            minimum=0,
            description="Largest population stability index of labels and of scores against earlier"
            " days of the same model; .1 is a small change, .25 a large one.",
        ),
        "history": Param(
            7, type="integer", minimum=0, description="How many earlier days a day is compared with."
        ),
    },
)
def ptc_classify():
    @task
    def prepare(params=None, data_interval_start=None) -> dict:
        """What to run for which day; the run ends here on a day without documents."""
        from ptc_days import DayOutput

        if params["date"] is None and data_interval_start is None:
            raise AirflowFailException("Cannot tell which day to classify: set the parameter date")
        date = params["date"] or data_interval_start.strftime("%Y-%m-%d")
        documents = params["input"].replace("{date}", date)
        if not list(_found(documents)):
            raise AirflowSkipException(f"There are no documents of {date}: {documents}")
        day = DayOutput(params["output"], date)
        day.clear_remains()
        arguments = ["--model", params["model"], "--input", documents]
        arguments += ["--output", f"{params['output'].rstrip('/')}/_staging/date={date}"]
        return {
            "date": date,
            # A run that died is taken up; one that ended, of whatever files, is done anew.
            "arguments": ["classify", *arguments, "--overwrite", *params["options"]],
        }

    day = prepare()

    classify = SparkSubmitOperator(
        task_id="classify",
        conn_id=setting("PTC_CONNECTION", "spark_default"),
        pool=setting("PTC_POOL", "default_pool"),
        application="{{ params.jar }}",
        java_class="io.github.ptcspark.job.cli.Ptc",
        application_args=day["arguments"],
        name="ptc {{ run_id }}",
        properties_file=os.environ.get("PTC_SPARK_PROPERTIES"),
        retries=2,
        retry_delay=timedelta(seconds=int(setting("PTC_RETRY_SECONDS", "300"))),
    )

    @task
    def check(date: str, params=None) -> dict:
        """Reads what was written and refuses what nobody should read."""
        from ptc_checks import Limits, problems, read_day
        from ptc_days import DayOutput

        output = DayOutput(params["output"], date)
        try:
            found = read_day(date, output.manifest(), output.scores())
        except (FileNotFoundError, ValueError, KeyError) as e:
            raise AirflowFailException(f"Cannot check the labels of {date}: {e}") from e
        limits = Limits(params["max_reject_ratio"], params["max_drift"])
        wrong = problems(found, output.earlier(params["history"]), limits)
        if wrong:
            raise AirflowFailException(
                f"Cannot publish the labels of {date}: {'; '.join(wrong)}. They are in {output.staged}"
            )
        output.record(found)
        return found.as_dict()

    @task(outlets=[LABELS], retries=2)
    def publish(date: str, found: dict, params=None, outlet_events=None) -> None:
        """Lets readers see the day and tells who waits for it."""
        from ptc_days import DayOutput

        output = DayOutput(params["output"], date)
        output.publish()
        outlet_events[LABELS].extra = {"path": str(output.published), **found}

    checked = check(day["date"])
    classify >> checked
    publish(day["date"], checked)


def _found(documents: str):
    """The files and directories that a path or a pattern names."""
    path = ObjectStoragePath(documents.replace("s3a://", "s3://", 1))
    return path.fs.glob(path.path)


ptc_classify()
