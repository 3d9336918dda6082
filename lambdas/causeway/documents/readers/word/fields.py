"""Fields (w:fldChar): which of them are open, and whether the text between their marks is shown."""

from dataclasses import dataclass
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.xml import W, below, switched, value

CHECKED = {True: "☒", False: "☐"}
PAGES = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
CONTENTS = frozenset({"TOC"})
COMPUTED = frozenset({"LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"})


@dataclass(slots=True)
class Field:
    """muted: its text is an instruction, or a result that is left out."""

    instruction: str = ""
    muted: bool = True

    @property
    def name(self) -> str:
        return name_of(self.instruction)


def name_of(instruction: str) -> str:
    """ "PAGE" of " page \\* MERGEFORMAT "."""
    return next(iter(instruction.split()), "").upper()


def balanced(root: Any) -> bool:
    """Whether every field in this part that begins also ends. Where not, a field's marks say nothing about the text between them."""
    depth = 0
    for mark in root.iter(f"{W}fldChar"):
        kind = mark.get(f"{W}fldCharType")
        depth += (kind == "begin") - (kind == "end")
        if depth < 0:
            return False
    return depth == 0


def form_value(mark: Any) -> str:
    """What a check box or a drop-down of the old kind shows; "" for other fields, which have their value as text."""
    box = below(mark, "ffData/checkBox")
    if box is not None:
        checked = switched(box, "checked")
        return CHECKED[bool(switched(box, "default") if checked is None else checked)]
    choices = below(mark, "ffData/ddList")
    if choices is None:
        return ""
    entries = [entry.get(f"{W}val", "") for entry in choices.iterchildren(f"{W}listEntry")]
    at = number(value(choices, "result", value(choices, "default", "0"))) or 0
    return entries[at] if 0 <= at < len(entries) else ""
