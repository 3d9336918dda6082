"""The golden questions of a domain, and which passages answer them."""

import re
from collections.abc import Mapping
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
    entries = yaml.safe_load((domain / file).read_text(encoding="utf-8"))
    return [_question(entry) for entry in entries]


def _question(entry: Mapping[str, Any]) -> Question:
    evidence = tuple(Evidence(answer["document"], answer["quote"]) for answer in entry.get("answers") or ())
    return Question(entry["id"], entry["tenant"], entry["kind"], entry["question"], evidence)


def plain(text: str) -> str:
    """The text as quotes are compared: white space and case aside."""
    return re.sub(r"\s+", " ", text).casefold().strip()
