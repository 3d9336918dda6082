"""make bulk on the deployment: Spark reads what waits in bulk, as the functions do, and goes on after its death."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from local import places
from local.app import bulk_jobs
from local.app.aws import client, parameter
from local.app.uploads import Library
from local.commands import setup
from local.console import Console
from local.settings import PREFIX

DOCUMENTS = 50
TOPICS = {"by-functions": b"ships", "by-job": b"trees", "killed": b"birds"}
FACTS = ("state", "bytes", "passages", "title", "language", "reason", "lost_share")


@pytest.fixture(scope="module", autouse=True)
def spark():
    setup._environment(Console(), setup.SPARK)


@contextmanager
def functions_rest():
    """What is loaded in bulk waits for a job alone."""
    sources = client("lambda").list_event_source_mappings(FunctionName=f"{PREFIX}read-documents:live")["EventSourceMappings"]
    arn = client("sqs").get_queue_attributes(QueueUrl=parameter("ingestion/bulk-read-queue-url"), AttributeNames=["QueueArn"])
    (bulk,) = [each["UUID"] for each in sources if each["EventSourceArn"] == arn["Attributes"]["QueueArn"]]
    client("lambda").update_event_source_mapping(UUID=bulk, Enabled=False)
    try:
        yield
    finally:
        client("lambda").update_event_source_mapping(UUID=bulk, Enabled=True)


def content(folder, number):
    """Of the same length in every folder, and nowhere the same words: the domain takes no text twice."""
    if number % 10 == 9:
        return b""
    return f"# Shelf {number}\n\n".encode() + b"\n\n".join(
        b"The books of shelf %d are about %s, and they may be borrowed for %d days." % (number, TOPICS[folder], n)
        for n in range(number + 1)
    )


def put(folder):
    """As a sync of a bucket does: objects that no form has brought."""
    for number in range(DOCUMENTS):
        key = f"harbour/{folder}/shelf-{number:02}.md"
        client("s3").put_object(Bucket=parameter("data/incoming-bucket"), Key=key, Body=content(folder, number))


def wait_until(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)


def rows(person, folder):
    found = {each["name"]: each for each in Library(person).records().values() if each["name"].startswith(f"{folder}/")}
    return {name.partition("/")[2]: tuple(row.get(fact) for fact in FACTS) for name, row in found.items()}


def settled(person, folder):
    def is_settled():
        now = rows(person, folder)
        return len(now) == DOCUMENTS and {row[0] for row in now.values()} <= {"ready", "quarantined"}

    wait_until(is_settled)
    return rows(person, folder)


def spark_processes():
    """Ids of this cloud's jobs."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = [line.split(None, 1) for line in listed if "--inputs" in line and "/cloud/processing/" in line and places.STATE.name in line]
    return [int(pid) for pid, arguments in ours if "java" not in arguments.split()[0]]


@pytest.fixture(scope="module")
def by_functions(deployment):
    put("by-functions")
    return settled(deployment.ada, "by-functions")


def test_documents_end_by_a_job_as_they_do_by_the_functions(deployment, by_functions):
    with functions_rest():
        put("by-job")
        wait_until(lambda: bulk_jobs.waiting(bulk_jobs.QUEUES["to be read"]) == DOCUMENTS)
        done = subprocess.run(
            [sys.executable, "-m", "local.commands.bulk"], env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 45 read" in done.stdout
    assert " 5 quarantined empty" in done.stdout
    assert settled(deployment.ada, "by-job") == by_functions


def test_a_job_that_is_killed_is_begun_anew_and_ends_the_same(deployment, by_functions):
    with functions_rest():
        put("killed")
        wait_until(lambda: bulk_jobs.waiting(bulk_jobs.QUEUES["to be read"]) == DOCUMENTS)
        execution = bulk_jobs.begin()
        wait_until(lambda: bulk_jobs.waiting(bulk_jobs.QUEUES["to be read"]) < DOCUMENTS and spark_processes())
        for pid in spark_processes():
            os.killpg(pid, signal.SIGKILL)
        wait_until(lambda: client("stepfunctions").describe_execution(executionArn=execution)["status"] != "RUNNING", 300)
    said = client("stepfunctions").describe_execution(executionArn=execution)
    assert said["status"] == "SUCCEEDED", said
    assert json.loads(said["output"])["failed"] == 0
    history = client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    assert [each["type"] for each in history].count("TaskFailed") == 1
    assert settled(deployment.ada, "killed") == by_functions
