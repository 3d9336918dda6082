"""Approvals with tables, keys, topics and queues as moto plays them; the state machines are a list of what they were told."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from causeway.approvals.approval import APPROVERS, Approval
from causeway.approvals.asking import Asked, Asking
from causeway.approvals.deciding import Deciding
from causeway.approvals.links import Links
from causeway.approvals.notices import Notices
from causeway.approvals.store import Approvals
from causeway.approvals.tasks import Tasks
from causeway.conversations.keys import Owner
from causeway.permissions.administration import Administration
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.dependencies import Dependency
from tests.unit.agents.conftest import VARIABLES
from tests.unit.loopback import log_lines, make_table

__all__ = ["log_lines"]

TENANT, RUN, DAY = "harbour", "0" * 32, 86_400
OUTCOME = {"text": "We send a new copy.", "claims": [{"claim": "A book is replaced within 30 days.", "caveats": []}]}
ADDRESS = "https://api.example/prod/v1/approvals/page"


def dependency(name: str) -> Dependency:
    return Dependency(name, attempt_seconds=1.0, budget_seconds=9.0, pause=lambda seconds: None)


@dataclass
class Machines:
    """In place of Step Functions' client. waits: tokens by which a machine waits. fails: the error code of the next calls."""

    waits: set[str] = field(default_factory=lambda: {"token-1"})
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)

    def send_task_success(self, *, taskToken: str, output: str) -> None:
        code = self.fails.pop() if self.fails else "" if taskToken in self.waits else "TaskTimedOut"
        if code:
            metadata: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 500 if code == "InternalFailure" else 400}}
            raise ClientError(metadata, "SendTaskSuccess")
        self.waits.remove(taskToken)
        self.told.append((taskToken, json.loads(output)))


@dataclass
class Office:
    """Ada's team asks; Rita, Sam and Ada are approvers of her tenant, Leo is one of another. now: seconds since 1970."""

    approvals: Approvals
    asking: Asking
    deciding: Deciding
    links: Links
    members: Administration
    machines: Machines
    queue: str
    now: list[float]

    def ask(self, step: Any = "ask", token: str = "token-1", **facts: Any) -> Any:
        rest: dict[str, Any] = {
            "run_id": RUN,
            "owner": Owner(TENANT, "user-1", "ada"),
            "execution": "execution-1",
            "team": "complaint",
            "task": "Answer Bo's complaint.",
            "outcome": OUTCOME,
            "seconds": DAY,
        }
        return self.asking.take(Asked(step=step, token=token, address=ADDRESS, **{**rest, **facts}))

    @property
    def mail(self) -> dict[str, dict[str, Any]]:
        """The last message to each approver since the mailbox was looked at last, with its attributes and its link."""
        found = client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        messages = [json.loads(each["Body"]) for each in found]
        for each in found:
            client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return {each["MessageAttributes"]["approver"]["Value"]: each for each in messages}

    def link_of(self, name: str) -> str:
        (found,) = re.findall(rf"{re.escape(ADDRESS)}\?link=(\S+)", self.mail[name]["Message"])
        return str(found)

    @property
    def kept(self) -> Approval:
        found = self.approvals.read(TENANT, RUN)
        assert found is not None
        return found


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        forget_clients()
        yield _office()
    forget_clients()


def _office() -> Office:
    make_table("runs", "run_key", "item")
    make_table("permissions", "tenant", "item")
    sns, sqs, kms, dynamodb = client("sns"), client("sqs"), client("kms"), client("dynamodb")
    key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    topic, queue = sns.create_topic(Name="approvals")["TopicArn"], sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:mailbox")
    members, machines, now = Administration(dynamodb, "permissions", dependency("permissions")), Machines(), [1_800_000_000.0]
    for tenant, name in (("harbour", "Rita"), ("harbour", "sam"), ("harbour", "ada"), ("lantern", "leo")):
        members.enrol(tenant, name, [APPROVERS, "staff"])
    members.enrol("harbour", "bo", ["staff"])
    approvals = Approvals(lambda tenant: dynamodb, "runs", dependency("runs"))
    links, tasks = Links(kms, key, dependency("links")), Tasks(machines, dependency("workflow"))  # type: ignore[arg-type]
    notices, permissions = Notices(sns, topic, dependency("notices")), Permissions(dynamodb, "permissions", dependency("permissions"))
    asking = Asking(approvals, links, notices, tasks, members, now=lambda: now[0])
    deciding = Deciding(approvals, permissions, tasks, links, now=lambda: now[0])
    return Office(approvals, asking, deciding, links, members, machines, queue, now)
