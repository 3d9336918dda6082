"""An answer as a list of claims, each with the numbers of the passages it comes from: the JSON that a model is asked for, and the text
that is made from it. See docs/decisions/189.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from causeway.answering.turn import REFUSAL
from causeway.language.sentences import sentence_spans
from causeway.models.chat import ChatReply, OutputSchema, Sentences
from causeway.safety.citations import cited, without_marks

FIELDS = {"text": {"type": "string"}, "citations": {"type": "array", "items": {"type": "integer"}}}
CLAIM = {"type": "object", "properties": FIELDS, "required": [*FIELDS], "additionalProperties": False}
PROPERTIES = {"claims": {"type": "array", "items": CLAIM}}
CLAIMS = OutputSchema("claims", {"type": "object", "properties": PROPERTIES, "required": [*PROPERTIES], "additionalProperties": False})

STOPS = ".!?…。！？｡।॥؟۔"
FENCE, LONGEST_FENCE = "```", 20
NO_JSON = -1


class Claim(BaseModel):
    text: str
    citations: list[int]


class Claims:
    """A reply in JSON that grows piece by piece. A claim belongs to the text once it has ended, unless it is not of the schema.

    Some models write a text though they are asked for JSON: their pieces are handed on as they are.
    """

    def __init__(self) -> None:
        self._written = ""
        self._handed = 0  # characters that are told with earlier pieces
        self._begin: int | None = None
        self._broken = False
        self._seen = 0  # items of the list that are in the text, or never will be
        self._texts: list[str] = []

    def add(self, piece: str) -> str:
        """What the piece adds to the text: `Sentences`, or words of a model that writes no JSON."""
        self._written += piece
        self._begin = _begin(self._written) if self._begin is None else self._begin
        if self._begin is None:
            return Sentences("", len(piece))
        written, self._handed = self._written[self._handed :], len(self._written)
        if self._begin == NO_JSON:
            return written
        added = [*self._ended()] if "}" in written and not self._broken else []
        self._texts += added
        return Sentences("".join(added), len(piece))

    def reply(self, whole: ChatReply) -> ChatReply:
        """The model's whole reply with the text of its claims, once all its pieces are added; the refusal where it makes none."""
        if whole.guardrail_intervened:
            return whole
        if self._begin is None or self._begin == NO_JSON:
            return replace(whole, structure="ignored")
        left_out = self._begun() - len(self._texts)
        text = "".join(self._texts).strip() or ("" if left_out else REFUSAL)
        return replace(whole, text=text, structure="claims", left_out=left_out)

    def _ended(self) -> Iterator[str]:
        """The text of each claim that has ended and was not in the text before."""
        items = self._items()
        for place, item in enumerate(items[self._seen :], self._seen):
            text = _text(item)
            if text is None and place == len(items) - 1:
                return  # it may go on: what looks like its end may be a brace in its words
            self._seen = place + 1
            if text is not None:
                yield text

    def _items(self) -> Sequence[Any]:
        """The list up to the last brace; where the JSON breaks before that, up to the last brace that can be read."""
        json = self._written[self._begin :]
        for brace in reversed([found.end() for found in re.finditer("}", json)]):
            try:
                return _listed(from_json(json[:brace], allow_partial=True)) or ()
            except ValueError:
                self._broken = True
        return ()

    def _begun(self) -> int:
        """How many claims there would be had all been finished; at least one more than were read where the JSON is broken or another."""
        try:
            begun = from_json(self._written[self._begin :].rstrip().removesuffix(FENCE), allow_partial="trailing-strings")
        except ValueError:
            return self._seen + 1
        claims = _listed(begun)
        return 1 if claims is None else len(claims)


def _begin(written: str) -> int | None:
    """Where the JSON begins, behind a fence of Markdown if there is one. NO_JSON in a text that is none; None while it may become some."""
    opening = written.lstrip()
    if FENCE.startswith(opening[: len(FENCE)]):
        brace = written.find("{")
        return brace if brace >= 0 else None if len(opening) < LONGEST_FENCE else NO_JSON
    return len(written) - len(opening) if opening.startswith("{") else NO_JSON


def _listed(parsed: Any) -> Sequence[Any] | None:
    claims = parsed.get("claims") if isinstance(parsed, dict) else None
    return claims if isinstance(claims, list) else None


def _text(item: Any) -> str | None:
    """A claim's sentences with their marks and what parts them from the next; None for what is not of the schema or says nothing."""
    try:
        claim = Claim.model_validate(item)
    except ValidationError:
        return None
    plain = " ".join(without_marks(claim.text).split())
    marks = "".join(f"[{number}]" for number in dict.fromkeys([*claim.citations, *cited(claim.text)]))
    return _marked(plain, marks) + (" " if plain.endswith(tuple(STOPS)) else "\n") if plain else None


def _marked(text: str, marks: str) -> str:
    """The text with these marks in each of its sentences, before its full stop."""
    end, pieces = 0, []
    for start, stop in sentence_spans(text) if marks else []:
        said = text[start:stop].rstrip(STOPS)
        pieces += [text[end:start], f"{said} {marks}" if said else "", text[start + len(said) : stop]]
        end = stop
    return "".join([*pieces, text[end:]])
