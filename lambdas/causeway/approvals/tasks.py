"""State machines that wait for a decision."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from causeway.approvals.approval import Decision
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

GONE = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class Tasks:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "workflow"."""

    def __init__(self, states: "SFNClient", dependency: Dependency) -> None:
        """states: a client that has the patience of `dependency`."""
        self._states, self._dependency = states, dependency

    def tell(self, token: str, decision: Decision) -> bool:
        """Let the machine go on with the decision. False when it does not wait by this token any more."""
        return self._dependency.call(lambda: self._told(token, json.dumps(asdict(decision))))

    def _told(self, token: str, output: str) -> bool:
        try:
            self._states.send_task_success(taskToken=token, output=output)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return False
            raise
        return True
