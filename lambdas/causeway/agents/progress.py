"""How far a run is: what folding its steps gives. Nothing else is kept of a run between two steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

from causeway.agents.run import Call, HandOff, Outcome, Spent, State
from causeway.agents.steps import AnyStep, Asked, Begun, Decided, Ended, Handed, Inspection, Replied, Returned, Running
from causeway.models.acting import ToolCall


@dataclass(frozen=True)
class CallProgress:
    """A call and the steps that were written of it."""

    call: ToolCall
    running: Running | None = None
    handed: Handed | None = None
    asked: Asked | None = None
    decided: Decided | None = None
    returned: Returned | None = None

    def after(self, step: Running | Handed | Asked | Decided | Returned) -> Self:
        match step:
            case Running():
                return replace(self, running=step)
            case Handed():
                return replace(self, handed=step)
            case Asked():
                return replace(self, asked=step)
            case Decided():
                return replace(self, decided=step)
            case Returned():
                return replace(self, returned=step)

    @property
    def acts(self) -> bool:
        """Whether it may change something: only such calls are written down before they run, handed to another agent, or asked about."""
        return self.running is not None or self.handed is not None or self.asked is not None

    @property
    def inspections(self) -> list[Inspection]:
        """Of its arguments and its result, by a guardrail."""
        steps = (self.asked, self.running, self.returned)
        return [step.inspection for step in steps if step and step.inspection]

    @property
    def waits(self) -> bool:
        return self.asked is not None and self.decided is None and self.returned is None

    @property
    def outcome(self) -> Outcome:
        if self.returned:
            return self.returned.outcome
        return "waiting" if self.waits else "running"

    @property
    def shown(self) -> Call:
        asks = self.asked.question if self.asked else ""
        if self.returned is None:
            return Call(self.call, self.outcome, "", asks, self._inspected, hand_off=self._hand_off)
        known = self.returned
        usd = known.usd + self._inspected + (known.used.usd if known.used else 0.0)
        return Call(self.call, self.outcome, known.content, asks, usd, known.withheld, known.cut, self._hand_off)

    @property
    def _hand_off(self) -> HandOff | None:
        """As far as this run knows how far the other is."""
        return HandOff(self.handed.to, self.handed.run_id, "done" if self.returned else "working") if self.handed else None

    @property
    def _inspected(self) -> float:
        """US dollars."""
        return sum(each.usd for each in self.inspections)


@dataclass(frozen=True)
class Round:
    """A reply of the model, and what came of its calls."""

    reply: Replied
    calls: Sequence[CallProgress]

    @property
    def open(self) -> list[CallProgress]:
        return [each for each in self.calls if each.returned is None]

    def after(self, step: Running | Handed | Returned | Asked | Decided) -> Self:
        return replace(self, calls=[call.after(step) if call.call.id == step.call_id else call for call in self.calls])


@dataclass(frozen=True)
class Progress:
    """seconds: of work so far; what a killed process did after its last step is not among them."""

    begun: Begun
    rounds: Sequence[Round] = ()
    ended: Ended | None = None
    seconds: float = 0.0

    @classmethod
    def of(cls, steps: Sequence[AnyStep]) -> Self:
        """Raises ValueError when they do not begin with the beginning."""
        if not steps or not isinstance(steps[0], Begun):
            raise ValueError("a run begins with a step of the kind Begun")
        return reduce(cls.after, steps[1:], cls(steps[0], seconds=steps[0].seconds))

    def after(self, step: AnyStep) -> Self:
        known = replace(self, seconds=self.seconds + step.seconds)
        match step:
            case Replied():
                return replace(known, rounds=[*self.rounds, Round(step, [CallProgress(call) for call in step.calls])])
            case Ended():
                return replace(known, ended=step)
            case Begun():
                raise ValueError("a run begins once")
            case _:
                return replace(known, rounds=[*self.rounds[:-1], self.rounds[-1].after(step)])

    @property
    def calls(self) -> Iterator[CallProgress]:
        """Of all rounds, in order."""
        return (call for each in self.rounds for call in each.calls)

    @property
    def waiting(self) -> list[CallProgress]:
        """Calls that the user has not decided about."""
        return [call for call in self.calls if call.waits]

    @property
    def handed_off(self) -> list[CallProgress]:
        """Calls that other agents have not answered yet."""
        return [call for call in self.calls if call.handed and not call.returned]

    @property
    def state(self) -> State:
        if self.ended:
            return "done"
        return "waiting" if self.waiting else "working"

    @property
    def spent(self) -> Spent:
        """By this run, and by those of the agents that it handed something to."""
        every = [self.own, *(call.returned.used for call in self.calls if call.returned and call.returned.used)]
        return Spent(
            input_tokens=sum(each.input_tokens for each in every),
            output_tokens=sum(each.output_tokens for each in every),
            usd=sum(each.usd for each in every),
            model_calls=sum(each.model_calls for each in every),
        )

    @property
    def own(self) -> Spent:
        """By this run alone."""
        replies = [each.reply for each in self.rounds]
        calls = list(self.calls)
        tools = sum(call.returned.usd for call in calls if call.returned)
        inspections = sum(each.usd for call in calls for each in call.inspections)
        return Spent(
            input_tokens=sum(reply.usage.input_tokens for reply in replies),
            output_tokens=sum(reply.usage.output_tokens for reply in replies),
            usd=sum(reply.usd for reply in replies) + tools + inspections,
            model_calls=sum(bool(reply.usage.model) for reply in replies),  # without those that a caller dictated
        )
