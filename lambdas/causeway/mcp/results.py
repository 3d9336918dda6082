"""What a client reads of tools and of their calls."""

from collections.abc import Mapping
from typing import Any

from causeway.agents.prompt import left_out
from causeway.agents.run import Call, Run
from causeway.agents.tool import RESULT_TOOL, Tool

CONSENT = "consent"
RUN = "causeway/run"  # in `_meta` of a result: the run in which the call is written down
RESULT_OF: Mapping[str, Any] = {
    "name": RESULT_TOOL,
    "description": "Tells what became of an earlier call that waited for the user's consent or took too long.",
    "inputSchema": {
        "type": "object",
        "properties": {"run_id": {"type": "string", "description": "as the earlier call told it"}},
        "required": ["run_id"],
        "additionalProperties": False,
    },
    "annotations": {"readOnlyHint": True},
}


def described(tool: Tool[Any]) -> dict[str, Any]:
    """A tool as `tools/list` shows it."""
    changes = tool.effect == "once"
    hints = {"readOnlyHint": not changes, **({"destructiveHint": bool(tool.consent)} if changes else {})}
    return {"name": tool.name, "description": tool.description, "inputSchema": tool.schema, "annotations": hints}


def said(run: Run) -> dict[str, Any]:
    """The result of the run's call, as far as there is one. Whatever was not done is an error to the model that reads it."""
    call = run.calls[0] if run.calls else None
    if call is None or run.state == "working":
        return _result(run, _later(run), failed=True)
    if run.state == "waiting":
        return _result(run, _waits(run, call), failed=True)
    return _result(run, "\n".join([call.content, *left_out(call)]), failed=call.outcome != "done")


def input_required(run: Run) -> dict[str, Any]:
    """The client is to put the question before its user, and to call again with the answer."""
    form = {"type": "object", "properties": {"approve": {"type": "boolean", "title": "Yes, do it"}}, "required": ["approve"]}
    asked = {"mode": "form", "message": run.calls[0].asks, "requestedSchema": form}
    return {
        "resultType": "input_required",
        "inputRequests": {CONSENT: {"method": "elicitation/create", "params": asked}},
        "requestState": run.id,
    }


def unknown_run() -> dict[str, Any]:
    return {"content": [_text("There is no such run of a call; it may have expired.")], "isError": True}


def _result(run: Run, text: str, *, failed: bool) -> dict[str, Any]:
    return {"content": [_text(text)], "isError": failed, "_meta": {RUN: run.id}}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _later(run: Run) -> str:
    return f"This takes longer than a request may; it goes on by itself. Ask {RESULT_TOOL} for run_id {run.id} in a while."


def _waits(run: Run, call: Call) -> str:
    return (
        f"Nothing was done yet: the user has to consent first. The question is: {call.asks} "
        f'The user answers it by POST /v1/runs/{run.id}/approval with {{"call_id": "{call.call.id}", "approve": true or false}}; '
        f"nobody else can. Afterwards {RESULT_TOOL} tells what came of it for run_id {run.id}."
    )
