"""The server of `/v1/mcp`: stateless, and with JSON answers only. See docs/decisions/212-a-small-server-of-our-own-for-mcp.md."""

from collections.abc import Callable, Mapping
from typing import Any

from causeway.agents.tool import RESULT_TOOL
from causeway.conversations.keys import Owner
from causeway.mcp.messages import (
    ACCEPTED,
    BAD_REQUEST,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    NOT_FOUND,
    OK,
    UNKNOWN_METHOD,
    Answered,
    Heard,
    Message,
    Refusal,
    message_of,
    parsed,
)
from causeway.mcp.revisions import MODERN, OLDER, SERVER, Revision, revision_of, takes_batches
from causeway.mcp.tools import Tools
from causeway.runtime.deadlines import Deadline
from causeway.runtime.problems import Problem, said

INFO = {"name": "causeway", "version": "1"}
CAPABILITIES: Mapping[str, Any] = {"tools": {}}
INSTRUCTIONS = (
    "Tools that look things up and act for the signed-in user, with that user's rights. "
    "What needs the user's consent is done only once they have given it."
)
MOST_AT_ONCE = 20  # messages of a batch
HOUR_MS = 3_600_000
Method = Callable[[], dict[str, Any]]


class McpServer:
    """problem_of: what a caller is told of an error that is no refusal of the protocol.

    admit: counts a call of a tool, unless it only looks at a result, and raises a Problem when the caller asks too often.
    """

    def __init__(self, tools: Tools, problem_of: Callable[[Exception], Problem], admit: Callable[[], object]) -> None:
        self._tools, self._problem_of, self._admit = tools, problem_of, admit

    def answer(self, owner: Owner, heard: Heard, request: str, deadline: Deadline) -> Answered:
        """request: names this HTTP request and no other."""
        try:
            raw = parsed(heard)
            if isinstance(raw, list):
                return self._batch(owner, raw, heard, request, deadline)
        except Refusal as refusal:
            return refusal.answered(None)
        return self._one(owner, raw, heard, request, deadline)

    def _batch(self, owner: Owner, raw: list[Any], heard: Heard, request: str, deadline: Deadline) -> Answered:
        if not takes_batches(heard):
            raise Refusal(INVALID_REQUEST, "This revision of the protocol has no batches; send one message.", BAD_REQUEST)
        if not 0 < len(raw) <= MOST_AT_ONCE:
            raise Refusal(INVALID_REQUEST, f"A batch has 1 to {MOST_AT_ONCE} messages.", BAD_REQUEST)
        every = [self._one(owner, each, heard, f"{request}.{place}", deadline) for place, each in enumerate(raw)]
        bodies = [each.body for each in every if each.body is not None]
        return Answered(OK, bodies) if bodies else Answered(ACCEPTED)

    def _one(self, owner: Owner, raw: Any, heard: Heard, request: str, deadline: Deadline) -> Answered:
        identifier = None
        try:
            message = message_of(raw)
            identifier = message.id
            if not message.is_request:
                return Answered(ACCEPTED)
            revision = revision_of(message, heard)
            result = self._method(owner, message, revision, request, deadline)()
            return Answered(OK, {"jsonrpc": "2.0", "id": identifier, "result": _shaped(result, revision)})
        except Refusal as refusal:
            return refusal.answered(identifier)
        except Exception as error:
            return self._failed(error, identifier)

    def _failed(self, error: Exception, identifier: Any) -> Answered:
        problem = self._problem_of(error)
        answered = Refusal(INTERNAL_ERROR, problem.detail, problem.status, said(problem)).answered(identifier)
        return Answered(answered.status, answered.body, problem.response_headers())

    def _method(self, owner: Owner, message: Message, revision: Revision, request: str, deadline: Deadline) -> Method:
        """Raises Refusal for a method that the revision does not have here."""
        params = message.params
        methods: dict[str, Method] = {
            "tools/list": lambda: {**self._tools.list(owner, params), **_kept(0, "private", revision)},
            "tools/call": lambda: self._called(owner, params, revision, request, deadline),
        }
        older: dict[str, Method] = {"initialize": lambda: _initialized(params), "ping": dict}
        modern: dict[str, Method] = {"server/discover": lambda: _discovered(revision)}
        found = (methods | (modern if revision.is_modern else older)).get(message.method or "")
        if found is None:
            raise Refusal(UNKNOWN_METHOD, f"There is no method {message.method} here.", NOT_FOUND if revision.is_modern else OK)
        return found

    def _called(self, owner: Owner, params: Mapping[str, Any], revision: Revision, request: str, deadline: Deadline) -> dict[str, Any]:
        if params.get("name") != RESULT_TOOL:
            self._admit()
        return self._tools.call(owner, params, revision, request, deadline)


def _initialized(params: Mapping[str, Any]) -> dict[str, Any]:
    """The revision that the client asks for, or the latest of ours that begins so."""
    wanted = params.get("protocolVersion")
    if not isinstance(wanted, str):
        raise Refusal(INVALID_PARAMS, "params.protocolVersion: a text is required")
    version = wanted if wanted in OLDER else OLDER[0]
    return {"protocolVersion": version, "capabilities": CAPABILITIES, "serverInfo": INFO, "instructions": INSTRUCTIONS}


def _discovered(revision: Revision) -> dict[str, Any]:
    known = {"supportedVersions": [*MODERN, *OLDER], "capabilities": CAPABILITIES, "instructions": INSTRUCTIONS}
    return {**known, **_kept(HOUR_MS, "public", revision)}


def _kept(milliseconds: int, scope: str, revision: Revision) -> dict[str, Any]:
    """How long a client may keep a result. Rights may change at any moment."""
    return {"ttlMs": milliseconds, "cacheScope": scope} if revision.is_modern else {}


def _shaped(result: dict[str, Any], revision: Revision) -> dict[str, Any]:
    if not revision.is_modern:
        return result
    return {"resultType": "complete", **result, "_meta": {SERVER: INFO, **result.get("_meta", {})}}
