"""Several things that go through the same steps together; one that has ended, with a result or an error, takes no part in the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Result = TypeVar("Result")
Before = TypeVar("Before")
After = TypeVar("After")


@dataclass(frozen=True)
class Ended(Generic[Result]):
    """What a step returns for a thing that has no further steps."""

    result: Result


@dataclass(frozen=True)
class Steps(Generic[Result]):
    """ended: results and errors so far, by the number of the thing."""

    ended: dict[int, Result | Exception] = field(default_factory=dict)

    def each(self, things: Mapping[int, Before], step: Callable[[Before], After | Ended[Result]]) -> dict[int, After]:
        """What the step makes of each that goes on. An error ends only the thing that it is of."""
        made: dict[int, After] = {}
        for number, thing in things.items():
            try:
                after = step(thing)
            except Exception as error:
                self.ended[number] = error
                continue
            if isinstance(after, Ended):
                self.ended[number] = after.result
            else:
                made[number] = after
        return made

    def together(self, things: Mapping[int, Before], step: Callable[[Sequence[Before]], Sequence[After]]) -> dict[int, After]:
        """What a step makes of all of them. An error ends all."""
        try:
            return dict(zip(things, step(list(things.values())), strict=True)) if things else {}
        except Exception as error:
            self.ended.update(dict.fromkeys(things, error))
            return {}
