"""The steps of a recorded run, played one after another, and what they say of the model, of tools and of rights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from pydantic import BaseModel, ValidationError

from causeway.agents.sent import Sent, request_of
from causeway.agents.steps import GUARDRAIL, UNCHECKED, AnyStep, Asked, Ended, Replied, Returned, Running, Seen
from causeway.agents.tool import Tool
from causeway.models.acting import ActRequest, ToolCall
from evaluation.replay.difference import Difference, Differs, in_words, of_requests, of_steps

NOT_RUN = ("unknown-tool", "arguments", "policy", "repeated", "budget", "cut")
UNASKED = ("unknown-tool", "arguments")  # reasons for which no policy was asked


class Over(Exception):
    """Here the process of the record ended; nothing more was done in it."""


class Tape:
    """played: how many steps were played; the first of them is the beginning."""

    def __init__(self, steps: Sequence[AnyStep]) -> None:
        self.steps, self.played = steps, 1

    @property
    def next(self) -> AnyStep | None:
        return self.steps[self.played] if self.played < len(self.steps) else None

    @property
    def is_given_up(self) -> bool:
        """Whether the steps that are left ended a turn that nobody could go on with."""
        if not self._left:
            return False
        *settled, last = self._left
        left_open = all(isinstance(each, Returned) and each.reason == "interrupted" for each in settled)
        return isinstance(last, Ended) and last.stopped == "interrupted" and left_open

    def play(self, steps: Sequence[AnyStep]) -> None:
        """Raises Differs for the first step that is not as it was, Over where the record ends."""
        for step in steps:
            if self.next is None:
                raise Over
            if difference := of_steps(self.played + 1, self.next, step):
                raise Differs(difference)
            self.played += 1

    def reply(self, request: ActRequest, *, is_compared: bool = True) -> Replied | None:
        """The reply of the record; None where no model answered. Raises Differs when this was not asked, Over when nothing was any more."""
        step = self.next
        if isinstance(step, Ended) and step.stopped == "model-unavailable":
            return None
        if step is None or self.is_given_up:
            raise Over
        if not isinstance(step, Replied):
            raise self.differs("the model is asked")
        if is_compared and step.sent and (difference := self._of_request(step.sent, request)):
            raise Differs(difference)
        return step

    def held_back(self, call: ToolCall, policy: str) -> Returned | None:
        """That the guardrail kept a call from running, by its arguments; None for a call that it did not."""
        found = self._result(call)
        is_held_back = found and found.outcome == "refused" and found.reason in (GUARDRAIL, UNCHECKED)
        return replace(found, policy=policy) if found and is_held_back else None

    def result(self, call: ToolCall, policy: str) -> Returned:
        """What came of a call. policy: that permits it today. Raises Differs for one that did not run, Over for one that broke off."""
        found = self._result(call)
        if found is None or found.reason == "interrupted":
            raise Over
        if found.reason in NOT_RUN or found.outcome == "declined":
            raise self._other(found, f"{call.id} runs: {call.name}")
        return replace(found, policy=policy)

    def groups(self) -> Sequence[str]:
        """Of the user, as they were read for the next step, or before it."""
        known = map(_groups, chain(self._left, reversed(self.steps[: self.played])))
        return next((groups for groups in known if groups is not None), ())

    def seen(self, tool: Tool[Any], arguments: BaseModel) -> Seen | None:
        """What policies saw of the next such call, None where the record ends before that. Raises Differs when they were not asked."""
        calls = {call.id: call for step in self.steps[: self.played] if isinstance(step, Replied) for call in step.calls}
        later, earlier = (
            [each for each in part if _judged(each, calls, tool, arguments)] for part in (self._left, self.steps[: self.played])
        )
        found = next((seen for seen in map(_seen, (*later, *reversed(earlier))) if seen), None)
        broke_off = not isinstance(self.steps[-1], Ended) or all(getattr(each, "reason", "") == "interrupted" for each in later)
        if found is None and later and not broke_off:
            raise self._other(later[0], f"policies are asked about it: {tool.name}")
        return found

    def differs(self, now: str) -> Differs:
        """From the next step."""
        return Differs(Difference(self.played + 1, "what happens", in_words(self.next), now))

    @property
    def _left(self) -> Sequence[AnyStep]:
        return self.steps[self.played :]

    def _result(self, call: ToolCall) -> Returned | None:
        return next((step for step in self._left if isinstance(step, Returned) and step.call_id == call.id), None)

    def _other(self, step: AnyStep, now: str) -> Differs:
        return Differs(Difference(self.steps.index(step) + 1, "what happens", in_words(step), now))

    def _of_request(self, sent: Sent, request: ActRequest) -> Difference | None:
        every = [step.sent for step in self.steps[: self.played + 1] if isinstance(step, Replied) and step.sent]
        return of_requests(self.played + 1, sent, request_of(every), request)


def _groups(step: AnyStep) -> Sequence[str] | None:
    if isinstance(step, Replied):
        return step.sent.groups if step.sent else None
    seen = step.seen if isinstance(step, Asked | Running | Returned) else None
    return seen.groups if seen else None


def _judged(step: AnyStep, calls: Mapping[str, ToolCall], tool: Tool[Any], arguments: BaseModel) -> bool:
    return isinstance(step, Asked | Running | Returned) and _same(calls.get(step.call_id), tool, arguments)


def _seen(step: AnyStep) -> Seen | None:
    """What policies saw; None where they were not asked."""
    if not isinstance(step, Asked | Running | Returned) or getattr(step, "reason", "") in UNASKED:
        return None
    return step.seen


def _same(call: ToolCall | None, tool: Tool[Any], arguments: BaseModel) -> bool:
    if call is None or call.name != tool.name:
        return False
    try:
        return bool(tool.arguments.model_validate(dict(call.arguments)) == arguments)
    except ValidationError:
        return False
