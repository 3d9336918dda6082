"""The golden questions of a domain, and which passages answer them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml


class Searchable(Protocol):
    """What is used of a passage. source: its document's name."""

    @property
    def source(self) -> str: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Evidence:
    """document: its name. quote: words of it that answer."""

    document: str
    quote: str

    def is_in(self, passage: Searchable) -> bool:
        """Whether a passage carries the quote; white space and case aside."""
        return passage.source == self.document and plain(self.quote) in plain(passage.text)


@dataclass(frozen=True)
class Question:
    """kind: "single", "multi" (each piece of evidence is needed) or "none" (the tenant's documents do not answer)."""

    id: str
    tenant: str
    kind: str
    text: str
    evidence: tuple[Evidence, ...]


def questions(domain: Path, file: str = "questions.yaml") -> list[Question]:
    """The questions of a domain's folder; `held_out.yaml` has those that nothing is tuned on."""
    return parsed((domain / file).read_text(encoding="utf-8"))


def parsed(text: str) -> list[Question]:
    return [_question(entry) for entry in yaml.safe_load(text) or ()]


LONGEST_QUESTION = 1000  # characters, as the API takes
DOCUMENTS = {"none": range(1), "single": range(1, 2), "multi": range(2, 10)}  # how many different ones answer


class Searched(Protocol):
    """The documents of a domain, cut into passages as the app does it."""

    def passages(self, tenant: str, name: str) -> Sequence[Searchable] | None:
        """None when the tenant has no such document."""
        ...


def faults(question: Question, documents: Searched) -> Iterator[str]:
    """Why a golden question is none, a sentence each; nothing for a good one."""
    if not 1 <= len(question.text) <= LONGEST_QUESTION:
        yield f"the question has {len(question.text):,} characters; it may have {LONGEST_QUESTION:,}"
    if question.kind not in DOCUMENTS:
        yield f"kind {question.kind} is none of {', '.join(DOCUMENTS)}"
    elif len({piece.document for piece in question.evidence}) not in DOCUMENTS[question.kind]:
        yield f"{len(question.evidence)} documents answer, which does not fit the kind {question.kind}"
    for piece in question.evidence:
        found = documents.passages(question.tenant, piece.document)
        if found is None:
            yield f"{piece.document} is no document of {question.tenant} in this domain"
        elif not any(piece.is_in(passage) for passage in found):
            yield f"no passage of {piece.document} holds “{piece.quote}”"


def _question(entry: Mapping[str, Any]) -> Question:
    evidence = tuple(Evidence(answer["document"], answer["quote"]) for answer in entry.get("answers") or ())
    return Question(entry["id"], entry["tenant"], entry["kind"], entry["question"], evidence)


def plain(text: str) -> str:
    """The text as quotes are compared: white space and case aside."""
    return re.sub(r"\s+", " ", text).casefold().strip()
