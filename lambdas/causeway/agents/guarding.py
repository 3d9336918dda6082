"""The guardrail over tools: arguments of calls that act or leave, before anybody is asked and before they run; results before a model reads
them.

What cannot be inspected counts as what the guardrail holds back. See docs/decisions/215-guardrail-over-tools.md.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pydantic_core import to_json

from causeway.agents.checks import Ready
from causeway.agents.progress import CallProgress
from causeway.agents.steps import GUARDRAIL, UNCHECKED, Inspection, Returned
from causeway.models.inspecting import Inspected, Inspector, Source
from causeway.runtime.beside import beside
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure

REFUSED = "Not done: a guardrail holds back what these arguments say. Do not try it in other words; tell the user so."
NOT_CHECKED = "Not done: the arguments could not be checked now."
WITHHELD = "What the tool returned is withheld: a guardrail intervened. Do not guess what it was; tell the user that you may not show it."
UNREAD = "What the tool returned could not be checked now, and is withheld."
ACTED = "It was done. "  # stands before what is said of a result of a call that acted


@dataclass(frozen=True)
class _Asked:
    """What came of one inspection. found: None when there was no answer."""

    found: Inspected | None
    seconds: float

    @property
    def inspection(self) -> Inspection:
        return Inspection(self.found.usd if self.found else 0.0, round(self.seconds, 3), sorted(self.found.policies) if self.found else ())


class Guard:
    """Of one run, in one process. inspector: None where there is no guardrail; then nothing is held back. hands_in: as the loop has it."""

    def __init__(
        self, inspector: Inspector | None, deadline: Deadline, clock: Callable[[], float] = time.monotonic, hands_in: str = ""
    ) -> None:
        self._inspector, self._deadline, self._clock, self._hands_in = inspector, deadline, clock, hands_in
        self._arguments: dict[str, _Asked] = {}

    @property
    def seconds(self) -> float:
        """That the results of calls need beyond the time of their tools."""
        return self._inspector.dependency.budget_seconds if self._inspector else 0.0

    def refused(self, calls: Sequence[tuple[CallProgress, Ready]]) -> list[Returned]:
        """Those whose arguments are held back. A call that was asked about, or that had begun, was inspected before that."""
        new = [ready for call, ready in calls if not call.acts and self._leaves(ready)]
        self._inspect([ready for ready in new if ready.call.id not in self._arguments])
        return [each for each in map(self._refusal, new) if each]

    def of(self, call_id: str) -> Inspection | None:
        """The inspection of a call's arguments in this process, for the step that is written next of it."""
        asked = self._arguments.get(call_id)
        return asked.inspection if asked else None

    def results(self, calls: Sequence[Ready], returned: Sequence[Returned]) -> list[Returned]:
        """What came of the first of these calls, with the words of their tools inspected."""
        known = [self._with_arguments(*pair) for pair in zip(calls, returned, strict=False)]
        found = self._ask({each.call_id: each.content for each in known if each.is_data}, "INPUT")
        acts = {ready.call.id for ready in calls if ready.acts}
        return [_inspected(each, found[each.call_id], each.call_id in acts) if each.call_id in found else each for each in known]

    def _with_arguments(self, ready: Ready, returned: Returned) -> Returned:
        """Of a call that acts, the step before says what came of its arguments."""
        return returned if ready.acts else replace(returned, inspection=self.of(ready.call.id))

    def _leaves(self, ready: Ready) -> bool:
        """Whether a call does something, or tells somebody what its arguments say: a service outside, or whoever gets the answer."""
        return ready.acts or ready.tool.reaches is not None or ready.tool.name == self._hands_in

    def _inspect(self, calls: Sequence[Ready]) -> None:
        self._arguments |= self._ask({ready.call.id: to_json(ready.call.arguments).decode() for ready in calls}, "OUTPUT")

    def _refusal(self, ready: Ready) -> Returned | None:
        asked = self._arguments.get(ready.call.id)
        if asked is None or (asked.found and not asked.found.policies):
            return None
        said, reason = (REFUSED, GUARDRAIL) if asked.found else (NOT_CHECKED, UNCHECKED)
        return Returned(ready.call.id, "refused", said, reason, ready.policy, seen=ready.seen, inspection=asked.inspection)

    def _ask(self, texts: dict[str, str], source: Source) -> dict[str, _Asked]:
        """Beside each other, by the names that the texts have."""
        inspector = self._inspector
        if inspector is None:
            return {}
        asked = {name: beside(partial(self._answer, inspector, text, source)) for name, text in texts.items()}
        return {name: future.result() for name, future in asked.items()}

    def _answer(self, inspector: Inspector, text: str, source: Source) -> _Asked:
        began, found = self._clock(), None
        try:
            found = inspector.inspect(text, source, self._deadline)
        except DependencyError as failure:
            record_failure(failure)
        return _Asked(found, self._clock() - began)


def _inspected(returned: Returned, asked: _Asked, acts: bool) -> Returned:
    inspection = asked.inspection.after(returned.inspection)
    if asked.found and not asked.found.policies:
        return replace(returned, inspection=inspection)
    said, reason = (WITHHELD, GUARDRAIL) if asked.found else (UNREAD, UNCHECKED)
    if acts and returned.outcome == "done":
        return replace(returned, content=ACTED + said, reason=reason, inspection=inspection)
    return replace(returned, content=said, outcome="failed", reason=reason, inspection=inspection)
