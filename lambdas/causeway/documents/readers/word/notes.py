"""Footnotes and endnotes by their ids."""

from collections.abc import Callable
from typing import Any

from causeway.documents.readers.office.package import Package
from causeway.documents.readers.word.findings import Findings
from causeway.documents.readers.word.xml import W

_KINDS = ("footnote", "endnote")


class Notes:
    """Each note is read once, where the text first refers to it. text_of: reads a container of the part with this name."""

    def __init__(self, package: Package, findings: Findings, text_of: Callable[[str, Any], str]) -> None:
        self._findings, self._text_of = findings, text_of
        self._parts: dict[str, str] = {}
        self._waiting: dict[tuple[str, str], Any] = {}
        for kind in _KINDS:
            for relation in package.relations(package.main).values():
                if relation.kind == f"{kind}s" and not relation.external and package.has(relation.target):
                    self._parts[kind] = relation.target
                    self._waiting |= _notes(package.xml(relation.target), kind)

    def text(self, kind: str, note_id: str) -> str:
        note = self._waiting.pop((kind, note_id), None)
        text = "" if note is None else self._text_of(self._parts[kind], note)
        if text:
            self._findings.add("notes")
        return text

    def count_unused(self) -> None:
        """Counts the notes with words that no shown text refers to."""
        unused = sum(any((text.text or "").strip() for text in note.iter(f"{W}t")) for note in self._waiting.values())
        self._findings.add("notes unused", unused)


def _notes(root: Any, kind: str) -> dict[tuple[str, str], Any]:
    """The notes by kind and id, without the lines that separate them from the text."""
    notes = (note for note in root.iterchildren(f"{W}{kind}") if note.get(f"{W}type", "normal") == "normal")
    return {(kind, note.get(f"{W}id", "")): note for note in notes}
