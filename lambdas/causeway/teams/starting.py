"""A team is given a task: its run is written down, and the execution of its pattern's state machine starts."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.agents.listing import Listed, RunList
from causeway.agents.switch import always
from causeway.conversations.facts import Facts
from causeway.conversations.keys import Owner
from causeway.conversations.repeats import digest_of, other_request
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure
from causeway.runtime.problems import not_found
from causeway.runtime.switches import switched_off
from causeway.teams.record import TeamRecord
from causeway.teams.run import TeamRun
from causeway.teams.team import Pattern, Team

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

MOST_FACTS = 20


class Executions:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "workflow"."""

    def __init__(self, client: "SFNClient", machines: Mapping[Pattern, str], dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`. machines: ARN for each pattern."""
        self._client, self._machines, self._dependency = client, machines, dependency

    def start(self, run: TeamRun, team: Team, address: str, deadline: Deadline) -> None:
        """address: of the page for approvers. An execution is named by its run: to start it once more changes nothing."""
        owner = run.owner
        asked = {
            "run": {"id": run.id, "tenant": owner.tenant, "user": owner.user, "name": owner.name},
            "team": dict(team.for_the_machine),
            "address": address,
        }
        self._dependency.call(lambda: self._start(self._machines[team.pattern], run.id, asked), deadline)

    def _start(self, machine: str, name: str, asked: Mapping[str, Any]) -> None:
        try:
            self._client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(asked))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise


class Starting:
    """Raises the DependencyErrors of what keeps runs and of what starts executions; the same request may be sent again."""

    def __init__(
        self,
        teams: Mapping[str, Team],
        record: TeamRecord,
        listed: RunList,
        facts: Facts,
        executions: Executions,
        is_on: Callable[[str], bool] = always,
        now: Callable[[], float] = time.time,
    ) -> None:
        """teams: by name. is_on: whether agents of a tenant may work now. now: seconds since 1970."""
        self._teams, self._record, self._listed, self._facts, self._executions = teams, record, listed, facts, executions
        self._is_on, self._now = is_on, now

    def begin(self, owner: Owner, name: str, task: str, client_token: str, address: str, deadline: Deadline) -> TeamRun:
        """The run, or the one that this token began before. One that was written down and did not start, starts now.

        Raises a 404 Problem for an unknown team, a 409 Problem when the token belongs to another task, a 503 Problem where agents are
        switched off.
        """
        if not self._is_on(owner.tenant):
            raise switched_off("Agents")
        team = self._teams.get(name)
        if team is None:
            raise not_found("such team")
        wanted = self._wanted(owner, team, task, client_token, deadline)
        run = self._record.begin(wanted)
        if run.digest != wanted.digest:
            raise other_request()
        if run.state == "working":
            self._listed.add(owner, Listed("team", run.id, run.created_at), run.expires_at)
            self._executions.start(run, team, address, deadline)
        return run

    def _wanted(self, owner: Owner, team: Team, task: str, client_token: str, deadline: Deadline) -> TeamRun:
        return TeamRun(
            id=owner.id_of("team", team.name, client_token),
            owner=owner,
            team=team.name,
            task=task,
            created_at=int(self._now()),
            digest=digest_of({"task": task}),
            context=self._said(owner, deadline),
            needs_approval=team.high_stakes,
        )

    def _said(self, owner: Owner, deadline: Deadline) -> list[str]:
        """What the user has said of themselves, newest first; a run goes without it where it cannot be read."""
        try:
            return [fact.text for fact in self._facts.of(owner, deadline)[:MOST_FACTS]]
        except DependencyError as failure:
            record_failure(failure)
            return []
