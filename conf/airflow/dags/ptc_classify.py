"""Classifies the documents of each day with ptc and publishes the labels once they are checked.

Write, audit, publish: `classify` writes a day's labels where no reader looks, `check` compares them
with the manifest, with the limits and with earlier days, `publish` puts them in their place and
tells the DAGs that wait for the asset `ptc_labels`. All four tasks are runs of spark-submit: whatever
Spark can read and write, they can.

The environment of the scheduler and the workers says where things are (`PTC_JAR`, `PTC_MODEL`,
`PTC_INPUT`, `PTC_OUTPUT`); the form that triggers a run may say otherwise for that run.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Asset, CronDataIntervalTimetable, Param, dag
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

#: What other DAGs wait for: `schedule=[Asset("ptc_labels")]`.
LABELS = Asset("ptc_labels")

#: The application of find, check and publish, what it imports, and what it says by its exit codes.
DAY = Path(__file__).with_name("ptc_day.py")
CHECKS = Path(__file__).with_name("ptc_checks.py")
NOTHING = 99
REFUSED = 98


def setting(name: str, default: str) -> str:
    return os.environ.get(name, default)


def day_of(params, dag_run) -> str:
    """The day to classify, such as 2026-01-31."""
    start = dag_run.data_interval_start
    if params["date"] is None and start is None:
        raise AirflowFailException("Cannot tell which day to classify: set the parameter date")
    return params["date"] or start.strftime("%Y-%m-%d")


def documents_of(params, dag_run) -> str:
    """Where the documents of the day are."""
    day = day_of(params, dag_run)
    documents = params["input"].replace("{date}", day)
    if day not in documents:
        raise AirflowFailException(
            f"Cannot tell the documents of {day} from those of other days: the parameter input is"
            f" {documents}, without {{date}}"
        )
    return documents


class PtcSubmitOperator(SparkSubmitOperator):
    """spark-submit with the settings that all tasks share, for one day.

    The exit codes of ptc_day.py skip the task, or fail it without another attempt.
    """

    template_fields = (*SparkSubmitOperator.template_fields, "event")

    def __init__(self, *, event: dict[str, str] | None = None, **options):
        super().__init__(
            # Another attempt is another driver: ptc refuses it while the first is at work, and takes
            # up what that one left. On YARN with cluster the operator runs only in this way.
            durable=False,
            properties_file=os.environ.get("PTC_SPARK_PROPERTIES"),
            name="ptc {{ run_id }}",
            retry_delay=timedelta(seconds=int(setting("PTC_RETRY_SECONDS", "300"))),
            **options,
        )
        self.event = event

    def execute(self, context):
        if self.task_id == "classify":
            self.application_args = [*self.application_args, *context["params"]["options"]]
        try:
            super().execute(context)
        except AirflowException as e:
            if f"Error code is: {NOTHING}." in str(e):
                raise AirflowSkipException("There are no documents of the day") from e
            if f"Error code is: {REFUSED}." in str(e):
                raise AirflowFailException(str(e)) from e
            raise
        for asset in self.outlets:
            context["outlet_events"][asset].extra = self.event


def day_task(task_id: str, *arguments: str, **options) -> PtcSubmitOperator:
    """One of the tasks of ptc_day.py: a small run, whose driver is on the worker."""
    date = ["--date", "{{ day_of(params, dag_run) }}", "--output", "{{ params.output }}"]
    return PtcSubmitOperator(
        task_id=task_id,
        conn_id=setting("PTC_CHECK_CONNECTION", setting("PTC_CONNECTION", "spark_default")),
        deploy_mode="client",
        application=str(DAY),
        py_files=str(CHECKS),
        application_args=[task_id, *date, *arguments],
        retries=2,
        **options,
    )


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
    user_defined_macros={"day_of": day_of, "documents_of": documents_of},
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
        "audit": Param(
            0.001,
            type="number",
            minimum=0,
            maximum=1,
            description="Share of the documents that are read at full cost too. A day is not"
            " published if they show that the promise of a calibrated model no longer holds.",
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
    find = day_task("find", "--input", "{{ documents_of(params, dag_run) }}")
    classify = PtcSubmitOperator(
        task_id="classify",
        conn_id=setting("PTC_CONNECTION", "spark_default"),
        pool=setting("PTC_POOL", "default_pool"),
        application="{{ params.jar }}",
        java_class="io.github.ptcspark.job.cli.Ptc",
        application_args=[
            "classify",
            "--model={{ params.model }}",
            "--input={{ documents_of(params, dag_run) }}",
            "--output={{ params.output.rstrip('/') }}/_staging/date={{ day_of(params, dag_run) }}",
            "--audit={{ params.audit }}",
            # A run that died is taken up if the day's files are still the same, else begun anew.
            "--overwrite",
        ],
        retries=2,
    )
    check = day_task(
        "check",
        "--max-reject-ratio={{ params.max_reject_ratio }}",
        "--max-drift={{ params.max_drift }}",
        "--history={{ params.history }}",
    )
    publish = day_task(
        "publish",
        outlets=[LABELS],
        event={
            "date": "{{ day_of(params, dag_run) }}",
            "path": "{{ params.output.rstrip('/') }}/date={{ day_of(params, dag_run) }}",
        },
    )
    find >> classify >> check >> publish


ptc_classify()
