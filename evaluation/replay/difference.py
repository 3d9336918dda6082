"""The first difference between a record and what is done today."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from causeway.agents.sent import Sent, digest, sent_of
from causeway.agents.steps import AnyStep, Asked, Decided, Ended, Handed, Replied, Returned, Running
from causeway.models.acting import ActReply, ActRequest, Said, ToolSpec

NOT_COMPARED = {"at", "seconds", "until", "sent", "seen", "inspection"}  # times, and what is not done but written beside it
NOTHING = "nothing"
SHOWN = 14  # lines of a difference


@dataclass(frozen=True)
class Difference:
    """step: of the record, from 1. what: that differs, such as "the system prompt". before, now: of the record, and of today."""

    step: int
    what: str
    before: str
    now: str

    def lines(self) -> Iterator[str]:
        yield f"step {self.step}: {self.what} differs"
        if "\n" not in self.before and "\n" not in self.now:
            yield f"  before: {self.before}"
            yield f"  now:    {self.now}"
            return
        changed = list(difflib.unified_diff(self.before.splitlines(), self.now.splitlines(), "before", "now", n=1, lineterm=""))
        yield from (f"  {line}" for line in changed[:SHOWN])
        if len(changed) > SHOWN:
            yield f"  … and {len(changed) - SHOWN} more lines"


class Differs(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__("\n".join(difference.lines()))
        self.difference = difference


def of_steps(at: int, before: AnyStep | None, now: AnyStep) -> Difference | None:
    """at: of the step, from 1. None when they do the same."""
    if before is None or before.kind != now.kind or _call(before) != _call(now):
        return Difference(at, "what happens", in_words(before), in_words(now))
    recorded, played = _compared(before), _compared(now)
    name = next((name for name in {**recorded, **played} if recorded.get(name) != played.get(name)), None)
    if name is None:
        return None
    return Difference(at, f"{name} of {in_words(now)}", _shown(recorded.get(name)), _shown(played.get(name)))


def of_requests(at: int, sent: Sent, before: ActRequest, now: ActRequest) -> Difference | None:
    """sent: digests of the request of the record. before: its words, where they were kept."""
    now_sent = sent_of(now)
    if sent.digest == now_sent.digest:
        return None
    if sent.system != now_sent.system:
        return Difference(at, "the system prompt sent to the model", before.system, now.system)
    if sent.tools != now_sent.tools:
        return _of_tools(at, before.tools, now.tools)
    pairs = zip(sent.messages, now_sent.messages, strict=False)
    place = next((place for place, (old, new) in enumerate(pairs) if old != new), None)
    if place is not None:
        kept = digest(before.messages[place]) == sent.messages[place]
        words = in_full(before.messages[place]) if kept else "its words were too many to be kept"
        return Difference(at, f"message {place + 1} sent to the model", words, in_full(now.messages[place]))
    if len(sent.messages) != len(now_sent.messages):
        return Difference(at, "the number of messages sent to the model", str(len(sent.messages)), str(len(now_sent.messages)))
    limits = [f"{each.max_tokens} tokens, temperature {each.temperature}" for each in (sent, now_sent)]
    return Difference(at, "the limit sent to the model", *limits)


def _of_tools(at: int, before: Sequence[ToolSpec], now: Sequence[ToolSpec]) -> Difference:
    then, today = ({tool.name: tool for tool in tools} for tools in (before, now))
    for name in {**then, **today}:
        if name not in then or name not in today:
            return Difference(at, f"the tool {name} offered to the model", *(_offered(name, each) for each in (then, today)))
        if then[name].description != today[name].description:
            return Difference(at, f"the description of the tool {name}", then[name].description, today[name].description)
        if then[name].schema != today[name].schema:
            return Difference(at, f"the schema of the tool {name}", _json(then[name].schema), _json(today[name].schema))
    return Difference(at, "the order of the tools offered to the model", ", ".join(then), ", ".join(today))


def _offered(name: str, tools: Mapping[str, ToolSpec]) -> str:
    return tools[name].description if name in tools else "not offered"


def decision(reply: ActReply) -> str:
    """What a model decides, whatever words it uses: the calls it asks for, or how it ends."""
    if not reply.calls:
        return "an answer" if reply.text else f"no answer ({reply.stop_reason})"
    return "\n".join(f"call {each.name} {json.dumps(each.arguments, ensure_ascii=False, sort_keys=True)}" for each in reply.calls)


def in_full(said: Said) -> str:
    """A message of the conversation with the model, in lines."""
    calls = [f"calls {each.name} {json.dumps(each.arguments, ensure_ascii=False)}" for each in said.calls]
    results = [f"{'failure' if each.failed else 'result'} of {each.call_id}:\n{each.content}" for each in said.results]
    return "\n".join([f"{said.role}: {said.text}".rstrip(), *calls, *results])


def in_words(step: AnyStep | None) -> str:
    """What a step does, in short."""
    match step:
        case None:
            return "the record ends here"
        case Replied():
            calls = ", ".join(f"{call.name} {json.dumps(call.arguments, ensure_ascii=False)}" for call in step.calls)
            return f"the model calls {calls}" if calls else f"the model answers ({step.stop_reason})"
        case Running():
            return f"{step.call_id} begins to act"
        case Asked():
            return f"the user is asked about {step.call_id}: {step.question}"
        case Decided():
            return f"the user {'approves' if step.approved else 'declines'} {step.call_id}"
        case Handed():
            return f"{step.call_id} hands the turn to {step.to}"
        case Returned():
            why = "".join(f", {each}" for each in (step.reason, step.policy) if each)
            return f"{step.call_id} is {step.outcome}{why}"
        case Ended():
            return f"the turn ends: {step.stopped}"
        case _:
            return f"a step {step.kind}"


def _call(step: AnyStep) -> str:
    return str(getattr(step, "call_id", ""))


def _compared(step: AnyStep) -> dict[str, Any]:
    plain: dict[str, Any] = to_jsonable_python(asdict(step), fallback=str)
    return {name: value for name, value in plain.items() if name not in NOT_COMPARED}


def _shown(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, Mapping) else None)
