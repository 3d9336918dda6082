"""Bulk jobs on the local AWS: started as an operator starts them, and followed until they end."""

import json
import time
from collections.abc import Callable, Iterator, Mapping

from local.app.aws import client, parameter
from local.console import Trouble, counted

Counts = Mapping[str, int]
QUEUES = {"to be read": "ingestion/bulk-read-queue-url", "to be indexed": "ingestion/bulk-index-queue-url"}


def begin() -> str:
    """ARN of an execution that has begun. Raises Trouble when one is at work, which takes what comes meanwhile as well."""
    machine = parameter("ingestion/bulk-job-machine")
    running = client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    if running:
        raise Trouble("A bulk job is at work. It takes what comes meanwhile; start another one when it is over.")
    execution: str = client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
    return execution


def follow(execution: str, note: Callable[[str], None], pause: float = 1.0) -> Counts:
    """What became of how many documents. Raises Trouble with what the job said when it failed."""
    while (said := client("stepfunctions").describe_execution(executionArn=execution))["status"] == "RUNNING":
        note(", ".join(f"{counted(waiting(parameter), 'message')} {what}" for what, parameter in QUEUES.items()))
        time.sleep(pause)
    if said["status"] != "SUCCEEDED":
        raise Trouble(f"The bulk job has {said['status'].lower()}: {said.get('error', '')} {said.get('cause', '')}".strip())
    counts: Counts = json.loads(said["output"])
    return counts


def waiting(url: str) -> int:
    """Messages of a queue, hidden ones and late ones too. url: the parameter with its URL."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    found = client("sqs").get_queue_attributes(QueueUrl=parameter(url), AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def lines(counts: Counts) -> Iterator[str]:
    """A line for each outcome, the most frequent first."""
    outcomes = {outcome: count for outcome, count in counts.items() if outcome not in ("messages", "restarted") and count}
    for outcome, count in sorted(outcomes.items(), key=lambda each: (-each[1], each[0])):
        yield f"{count:>8,} {outcome}"
    if not outcomes:
        yield "nothing waited, or the functions were quicker"
