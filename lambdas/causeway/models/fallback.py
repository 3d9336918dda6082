"""A chat model made of several: the next is asked when one is throttled or unavailable before any of its text came."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from causeway.models.chat import ChatModel, ChatReply, ChatRequest
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled


class Fallback:
    """Asks its models in order, within one deadline. The reply's usage names the model that answered.

    A model that refuses the request, and one that fails after its first words, is not followed by another: the first is for operators
    to repair, and a reader has seen words that another model would not go on with.
    models: at least one. told: hears each failure after which another model is asked.
    Raises the last model's error when no model answers.
    """

    def __init__(self, models: Sequence[ChatModel], told: Callable[[DependencyError], None]) -> None:
        *self._first, self._last = models
        self._told = told

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
        """As `ChatModel.reply`."""
        for model in self._first:
            try:
                return model.reply(request, deadline)
            except (Throttled, DependencyUnavailable) as failure:
                self._told(failure)
        return self._last.reply(request, deadline)

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """As `ChatModel.stream`."""
        for model in self._first:
            with closing(model.stream(request, deadline)) as pieces:
                try:
                    begun = next(pieces)
                except (Throttled, DependencyUnavailable) as failure:
                    self._told(failure)
                    continue
                yield begun
                yield from pieces
                return
        yield from self._last.stream(request, deadline)
