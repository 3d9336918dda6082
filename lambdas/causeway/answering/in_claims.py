"""A chat model that is asked for claims in JSON and replies with the text they make, so that nothing else knows the JSON."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain

from causeway.answering.claims import CLAIMS, Claims
from causeway.answering.compose import SYSTEM, SYSTEM_FOR_CLAIMS
from causeway.models.chat import ChatModel, ChatReply, ChatRequest
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyRejected


class InClaims:
    """Asks `model` with the prompt for claims, and again for text when its service does not take the schema.

    Which models take one is documented, but services have withdrawn it from one day to the next: an answer must not depend on it. Once
    the same request was taken without the schema, the model is asked for text as long as the process lives.
    told: hears the rejection.
    """

    def __init__(self, model: ChatModel, told: Callable[[DependencyError], None]) -> None:
        self._model, self._told = model, told
        self._rejected = False

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
        """As `ChatModel.reply`."""
        if not self._rejected:
            try:
                return _made(self._model.reply(_for_claims(request), deadline))
            except DependencyRejected as refusal:
                self._hear(refusal)
        reply = self._model.reply(request, deadline)
        self._rejected = True
        return replace(reply, structure="rejected")

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """As `ChatModel.stream`. Pieces without text come while a claim is written."""
        if not self._rejected:
            with closing(self._model.stream(_for_claims(request), deadline)) as pieces:
                try:
                    begun = next(pieces)
                except DependencyRejected as refusal:
                    self._hear(refusal)
                else:
                    yield from _making(chain([begun], pieces))
                    return
        with closing(self._model.stream(request, deadline)) as pieces:
            for piece in pieces:
                self._rejected = True
                yield replace(piece, structure="rejected") if isinstance(piece, ChatReply) else piece

    def _hear(self, refusal: DependencyRejected) -> None:
        """Raises the refusal unless it is one of the request's form: 400 ValidationException, or botocore's ParamValidationError."""
        if "Validation" not in refusal.reason:
            raise refusal
        self._told(refusal)


def _for_claims(request: ChatRequest) -> ChatRequest:
    return replace(request, system=request.system.replace(SYSTEM, SYSTEM_FOR_CLAIMS), output=CLAIMS)


def _made(reply: ChatReply) -> ChatReply:
    claims = Claims()
    claims.add(reply.text)
    return claims.reply(reply)


def _making(pieces: Iterator[str | ChatReply]) -> Iterator[str | ChatReply]:
    claims = Claims()
    for piece in pieces:
        yield claims.reply(piece) if isinstance(piece, ChatReply) else claims.add(piece)
