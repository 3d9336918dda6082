"""The messages of the queue of triggers, read into what has happened."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from causeway.events.event import SOURCE
from causeway.runtime.dependencies import Dependency
from causeway.triggers.happening import Execution, Happening, Unreadable, changed, document, ended, scheduled, told

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OF_EXECUTIONS = "aws.states"


class Reading:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "workflow"."""

    def __init__(self, client: "SFNClient", machines: Mapping[str, str], accounts: Mapping[str, str], dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`. machines, accounts: see `TriggerSettings`."""
        self._client, self._machines, self._accounts, self._dependency = client, machines, accounts, dependency

    def read(self, message: str) -> list[Happening]:
        """Raises Unreadable for what nobody of ours has sent."""
        try:
            content = json.loads(message)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        if not isinstance(content, dict):
            raise Unreadable("no object")
        if "dynamodb" in content:
            found = changed(content)
            return [found] if found else []
        if content.get("source") == OF_EXECUTIONS:
            return [ended(self._execution(content))]
        if content.get("source") == SOURCE:
            return [document(content)]
        return [told(content, self._accounts) if "detail-type" in content else scheduled(content)]

    def _execution(self, event: Mapping[str, Any]) -> Execution:
        """Step Functions leaves the input out of events where it is large; it is asked for here."""
        try:
            arn, machine = event["detail"]["executionArn"], event["detail"]["stateMachineArn"]
            of = self._machines[machine]
        except (KeyError, TypeError) as error:
            raise Unreadable(f"no execution of ours: {error}") from error
        found = self._dependency.call(lambda: self._client.describe_execution(executionArn=arn))
        return Execution(
            of=of,
            id=arn.rpartition(":")[2] + str(found.get("redriveCount") or ""),
            status=found["status"],
            at=found["stopDate"].timestamp() if "stopDate" in found else 0.0,
            asked=json.loads(found.get("input") or "{}"),
            error=str(found.get("error") or ""),
        )
