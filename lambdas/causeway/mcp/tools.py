"""The methods `tools/list` and `tools/call`: what the caller's rights permit, each call as a run of its own."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from causeway.agents.agents import Agents
from causeway.agents.contract import RUN_ID
from causeway.agents.dictated import CALLER, message_of
from causeway.agents.run import Run
from causeway.agents.tool import RESULT_TOOL
from causeway.conversations.keys import Owner
from causeway.conversations.repeats import digest_of
from causeway.mcp.messages import INVALID_PARAMS, Refusal, faults
from causeway.mcp.results import CONSENT, RESULT_OF, described, input_required, said, unknown_run
from causeway.mcp.revisions import Revision
from causeway.runtime.deadlines import Deadline
from causeway.runtime.problems import Problem

PAGE = 100  # tools
LONGEST = 32_000  # characters of a call's arguments as JSON: a step of a run has to fit into an item of DynamoDB
Params = TypeVar("Params", bound=BaseModel)
SAME = 20  # runs of the same call in a row that are looked at for one that waits


class ListParams(BaseModel):
    cursor: str | None = None


class CallParams(BaseModel):
    """input_responses, request_state: of a call that is sent again because it had to ask its user."""

    name: str
    arguments: dict[str, Any] = {}
    input_responses: Annotated[dict[str, Any], Field(alias="inputResponses")] = {}
    request_state: Annotated[str | None, Field(alias="requestState")] = None


class Tools:
    """Raises Refusal for what is no call, and the DependencyErrors of `Agents`."""

    def __init__(self, agents: Agents) -> None:
        self._agents = agents

    def list(self, owner: Owner, params: Mapping[str, Any]) -> dict[str, Any]:
        """A page of the tools that the owner's rights may permit, in the domain's order. The cursor is the number of those before."""
        cursor = _read(ListParams, params).cursor
        every = [*map(described, self._agents.offered(owner)), RESULT_OF]
        start = int(cursor) if cursor and re.fullmatch(r"[1-9][0-9]{0,5}", cursor) else 0
        if (cursor is not None and not start) or start > len(every):
            raise Refusal(INVALID_PARAMS, "cursor: send the nextCursor of the page before")
        more = {"nextCursor": str(start + PAGE)} if len(every) > start + PAGE else {}
        return {"tools": every[start : start + PAGE], **more}

    def call(self, owner: Owner, params: Mapping[str, Any], revision: Revision, fresh: str, deadline: Deadline) -> dict[str, Any]:
        """fresh: names the run of this request, unless there is one already that waits for its user.

        Nothing that needs consent happens without: the client is asked to put the question before its user where it can, or told by
        which route the user answers.
        """
        wanted = _read(CallParams, params)
        if wanted.name == RESULT_TOOL:
            return self._look(owner, wanted.arguments)
        message = message_of(wanted.name, wanted.arguments)
        if len(message) > LONGEST:
            raise Refusal(INVALID_PARAMS, f"arguments: at most {LONGEST} characters of JSON")
        tool = next((each for each in self._agents.offered(owner) if each.name == wanted.name), None)
        if tool and wanted.request_state is not None:
            run = self._gone_on(owner, wanted, message, deadline)
        else:
            token = self._waiting(owner, message, fresh) if tool and tool.consent else fresh
            run = self._agents.begin(owner, CALLER, message, None, token, deadline)
        if tool is None:
            raise Refusal(INVALID_PARAMS, f"Unknown tool: {wanted.name}")
        return input_required(run) if run.state == "waiting" and revision.asks else said(run)

    def _waiting(self, owner: Owner, message: str, fresh: str) -> str:
        """The name of the run in which the same call waits for its user; a client that calls again asks no second question."""
        digest = digest_of(message)[:40]
        names = [f"{digest}.{number}" for number in range(SAME)]
        return next((name for name in names if not self._agents.has_ended(owner, CALLER, name)), fresh)

    def _gone_on(self, owner: Owner, wanted: CallParams, message: str, deadline: Deadline) -> Run:
        """The run that the request's state names, with the user's answer if there is one. The state is any text that a client sends."""
        run = self._found(owner, wanted.request_state)
        if run is None or run.message != message:
            raise Refusal(INVALID_PARAMS, "requestState: it belongs to no such call of yours; leave it out and call again")
        approves = _approves(wanted.input_responses.get(CONSENT))
        waiting = next((each.call.id for each in run.calls if each.outcome == "waiting"), None)
        if approves is None or waiting is None:
            return run
        try:
            return self._agents.decide(owner, run.id, waiting, approves, deadline)
        except Problem:  # it was decided by another way, or too late
            return self._agents.show(owner, run.id)

    def _look(self, owner: Owner, arguments: Mapping[str, Any]) -> dict[str, Any]:
        run = self._found(owner, arguments.get("run_id"))
        return said(run) if run else unknown_run()

    def _found(self, owner: Owner, run_id: Any) -> Run | None:
        """A run of a call that the owner has dictated."""
        if not isinstance(run_id, str) or not re.fullmatch(RUN_ID, run_id):
            return None
        try:
            run = self._agents.show(owner, run_id)
        except Problem:
            return None
        return run if run.agent == CALLER else None


def _approves(response: Any) -> bool | None:
    """What the user has answered; None for a form that was put away, or is none of ours."""
    match response:
        case {"action": "accept", "content": {"approve": bool(approve)}}:
            return approve
        case {"action": "decline"}:
            return False
        case _:
            return None


def _read(model: type[Params], params: Mapping[str, Any]) -> Params:
    try:
        return model.model_validate(params)
    except ValidationError as error:
        raise Refusal(INVALID_PARAMS, f"params: {faults(error)}") from None
