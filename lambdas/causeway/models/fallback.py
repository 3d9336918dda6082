"""A chat model made of several: the next is asked when one is throttled or unavailable before any of its text came."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Generic, TypeVar

from causeway.models.acting import ActingModel, ActReply, ActRequest, ReadAlong
from causeway.models.chat import ChatModel, ChatReply, ChatRequest
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled

Model_co = TypeVar("Model_co", covariant=True)
Reply = TypeVar("Reply")


class Fallback(Generic[Model_co]):
    """Asks its models in order, within one deadline. The reply's usage names the model that answered.

    A model that refuses the request, and one that fails after its first words, is not followed by another: the first is for operators
    to repair, and a reader has seen words that another model would not go on with.
    models: at least one. told: hears each failure after which another model is asked.
    Raises the last model's error when no model answers.
    """

    def __init__(self, models: Sequence[Model_co], told: Callable[[DependencyError], None]) -> None:
        *self._first, self._last = models
        self._told = told

    def reply(self: "Fallback[ChatModel]", request: ChatRequest, deadline: Deadline) -> ChatReply:
        """As `ChatModel.reply`."""
        return self._asked(lambda model: model.reply(request, deadline))

    def act(self: "Fallback[ActingModel]", request: ActRequest, deadline: Deadline) -> ActReply:
        """As `ActingModel.act`."""
        return self._asked(lambda model: model.act(request, deadline))

    def _asked(self, ask: Callable[[Model_co], Reply]) -> Reply:
        for model in self._first:
            try:
                return ask(model)
            except (Throttled, DependencyUnavailable) as failure:
                self._told(failure)
        return ask(self._last)

    def stream(self: "Fallback[ChatModel]", request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """As `ChatModel.stream`."""
        return self._heard(lambda model: model.stream(request, deadline))

    def act_along(self: "Fallback[ReadAlong]", request: ActRequest, deadline: Deadline) -> Generator[str | ActReply]:
        """As `ReadAlong.act_along`."""
        return self._heard(lambda model: model.act_along(request, deadline))

    def _heard(self, ask: Callable[[Model_co], Generator[Reply]]) -> Generator[Reply]:
        for model in self._first:
            with closing(ask(model)) as pieces:
                try:
                    begun = next(pieces)
                except (Throttled, DependencyUnavailable) as failure:
                    self._told(failure)
                    continue
                yield begun
                yield from pieces
                return
        yield from ask(self._last)
