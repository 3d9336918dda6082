"""The audit record of a turn: what was asked, decided, permitted, done and spent, without a word of anybody.

Where a step holds people's words, the record has their HMAC under the key of their conversation. Whoever has the conversation, and with it
the key, can show that a text is the one; nobody else can guess it. See docs/decisions/214-audit-records.md.
"""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from pydantic_core import to_json

from causeway.agents.recorded import Recorded
from causeway.agents.sent import Sent
from causeway.agents.steps import Decided, Replied, written

VERSION = 1
# Fields of steps that hold no words of people: times, counts, money, and names that are ours. Every other text is hashed.
PLAIN = frozenset(
    (
        *("kind", "at", "seconds", "id", "call_id", "outcome", "reason", "policy", "policies", "approved", "until", "stopped", "kept_back"),
        *("stop_reason", "usage", "input_tokens", "output_tokens", "model", "usd", "usd_to_read", "withheld", "cut", "inspection"),
        *("groups", "found", "system", "tools", "max_tokens", "temperature"),
        *("to", "run_id", "chain"),
    )
)
ONLY_OF_HAND_OFFS = frozenset(("handed", "used"))  # not written where they are nothing
LEFT_OUT = frozenset(("words", "messages", "code", "key"))  # `request` stands for the messages that a model was sent


class AuditRecord(TypedDict, total=False):
    """version: of this form. run: id of the run. chain: agents that handed the turn on, where they did. conversation: its id, hashed.

    key: of what the hashes are: of the `conversation`, of the `run`, or `gone`. began_at, ended_at: ISO 8601. stopped: why it ended.
    spent: tokens, US dollars, calls and seconds. models: that were asked. versions: digests of prompt, tools and policies.
    decisions: what the user consented to. steps: each step of the run, every word of people hashed.
    Data class: restricted; version, run, tenant, agent, chain, conversation, key, began_at, ended_at, stopped, spent, models,
    versions: internal.
    """

    version: int
    run: str
    tenant: str
    user: str
    agent: str
    chain: Sequence[str]
    conversation: str | None
    key: str
    began_at: str
    ended_at: str | None
    stopped: str | None
    spent: Mapping[str, Any]
    models: Sequence[str]
    versions: Sequence[Mapping[str, str]]
    decisions: Sequence[Mapping[str, Any]]
    steps: Sequence[Mapping[str, Any]]


def audit_record(run: Recorded, key: str) -> dict[str, Any]:
    """Of JSON's types. key: of the conversation, 64 hexadecimal digits; "" when it is gone: then no hash can be shown to be of a text.

    The same run and key give the same record, so whoever has both can show that a record is of this run.
    """
    progress, hashing = run.progress, _Hashing(key)
    spent, ended = progress.spent, progress.ended
    every = [step.sent for step in run.steps if isinstance(step, Replied) and step.sent]
    tools = frozenset(tool.name for sent in every for tool in sent.words.tools or ())
    return {
        "version": VERSION,
        "run": run.id,
        "tenant": run.owner.tenant,
        "user": run.owner.user,
        "agent": run.agent,
        **({"chain": list(progress.begun.handed.chain)} if progress.begun.handed else {}),
        "conversation": hashing(run.session_id) if run.session_id else None,
        "key": ("conversation" if run.session_id else "run") if key else "gone",
        "began_at": _time(run.created_at),
        "ended_at": _time(ended.at) if ended else None,
        "stopped": ended.stopped if ended else None,
        "spent": {**vars(spent), "usd": round(spent.usd, 6), "seconds": round(progress.seconds, 3)},
        "models": sorted({each.reply.usage.model for each in progress.rounds}),
        "versions": _versions(every),
        "decisions": [_decision(run, step) for step in run.steps if isinstance(step, Decided)],
        "steps": [hashing.step(json.loads(written(step)), tools, step.sent if isinstance(step, Replied) else None) for step in run.steps],
    }


def key_of_a_run() -> str:
    """For a turn without a conversation: it goes with the run."""
    return secrets.token_hex(32)


class _Hashing:
    def __init__(self, key: str) -> None:
        self._key = bytes.fromhex(key) if key else secrets.token_bytes(32)

    def __call__(self, words: str) -> str:
        return f"hmac-sha256:{hmac.new(self._key, words.encode('utf-8', 'surrogatepass'), 'sha256').hexdigest()}"

    def step(self, step: Mapping[str, Any], tools: frozenset[str], sent: Sent | None) -> dict[str, Any]:
        """tools: names that are no words of a model."""
        shown = self._fields(step)
        if "calls" in step:
            shown["calls"] = [self._call(call, tools) for call in step["calls"]]
        if sent:
            shown["sent"]["request"] = self(sent.digest)
        return shown

    def _call(self, call: Mapping[str, Any], tools: frozenset[str]) -> dict[str, Any]:
        name = call["name"] if call["name"] in tools else self(call["name"])
        return {"id": call["id"], "name": name, "arguments": self(to_json(call["arguments"]).decode())}

    def _fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in fields.items() if name not in LEFT_OUT and (value or name not in ONLY_OF_HAND_OFFS)}
        return {name: value if name in PLAIN else self._hashed(value) for name, value in kept.items()}

    def _hashed(self, value: Any) -> Any:
        """Every text in it hashed."""
        match value:
            case str():
                return self(value) if value else ""
            case dict():
                return self._fields(value)
            case list():
                return [self._hashed(each) for each in value]
            case _:
                return value


def _versions(every: Sequence[Sent]) -> list[dict[str, str]]:
    """Digests of prompt, tools and policies, each set of them once and in order."""
    found = [{"prompt": sent.system, "tools": sent.tools, "policies": sent.policies} for sent in every]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def _decision(run: Recorded, step: Decided) -> dict[str, Any]:
    """Only the run's own user can consent."""
    return {"call": step.call_id, "approved": step.approved, "by": run.owner.user, "at": _time(step.at)}


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
