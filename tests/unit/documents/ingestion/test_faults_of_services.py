"""Tasks of the state machine while a service behind them fails: the error is one that is retried, and the retry finishes the work."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.ingestion.store import STORAGE
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from tests.unit.documents.cloud import FIRST, Cloud, call, registered

REFUSAL = {"Error": "BadDocument", "Cause": json.dumps({"errorMessage": "damaged: The file is damaged. Export it again."})}
XML = "<Error><Code>{}</Code><Message>no</Message></Error>"
SERVICES: dict[str, Callable[[], Any]] = {
    "storage": lambda: client("s3", **STORAGE.patience),
    "registry": lambda: client("dynamodb", **REGISTRY.patience),
}
FAULTS = {
    ("storage", Throttled): (503, XML.format("SlowDown")),
    ("storage", DependencyUnavailable): (500, XML.format("InternalError")),
    ("registry", Throttled): (400, json.dumps({"__type": "ProvisionedThroughputExceededException"})),
    ("registry", DependencyUnavailable): (500, json.dumps({"__type": "InternalServerError"})),
}
USES = {
    "register_document": ("storage", "registry"),
    "read_document": ("storage",),
    "index_passages": ("storage", "registry"),
    "quarantine_document": ("storage", "registry"),
    "remove_document": ("storage", "registry"),
}


class _Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self.read()


@contextmanager
def failing(service: str, kind: type[DependencyError]) -> Iterator[None]:
    """Every call to the service is answered with the fault, where the client meets the network."""
    status, body = FAULTS[service, kind]
    events = SERVICES[service]().meta.events

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, _Raw(body.encode()))  # type: ignore[arg-type]

    events.register_first("before-send", answer)
    try:
        yield
    finally:
        events.unregister("before-send", answer)


def task_input(cloud: Cloud, task: str) -> dict[str, Any]:
    """What the state machine gives to the task."""
    if task == "remove_document":
        cloud.run(cloud.upload("returns.md", FIRST))
        return cloud.delete("returns.md")
    if task == "register_document":
        return cloud.upload("returns.md", FIRST)
    taken = registered(cloud, FIRST)
    if task == "quarantine_document":
        return {**taken, "state": "quarantined", "error": REFUSAL}
    return cloud.prepared(taken) if task == "index_passages" else taken


ENDS = {"index_passages": "ready", "quarantine_document": "quarantined", "remove_document": "deleted"}


@pytest.mark.parametrize("kind", [Throttled, DependencyUnavailable])
@pytest.mark.parametrize(("task", "service"), [(task, service) for task, uses in USES.items() for service in uses])
def test_a_task_whose_service_fails_ends_by_the_name_that_is_retried_and_the_retry_finishes_it(
    cloud: Cloud, task: str, service: str, kind: type[DependencyError]
) -> None:
    given = task_input(cloud, task)
    with failing(service, kind), pytest.raises(kind, match=service):
        call(task, given)
    call(task, given)
    assert cloud.record("returns.md").state == ENDS.get(task, "processing")


def test_a_version_that_was_current_answers_while_its_successor_cannot_be_stored(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    current = cloud.record("returns.md").current_version
    successor = cloud.upload("returns.md", b"# Returns\n\nNever.")
    with failing("storage", DependencyUnavailable), pytest.raises(DependencyUnavailable):
        call("register_document", successor)
    assert cloud.record("returns.md").current_version == current
    assert cloud.indexed("returns.md") == {current: 1}
