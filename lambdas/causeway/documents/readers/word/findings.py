"""What a Word file holds besides its text, counted while it is read, as the report for its uploader."""

import re
from collections import Counter
from collections.abc import Iterator

from causeway.documents.content import Part, Tally

SCANNED_PAGE = 1_500  # characters that a page which is only a picture may have held
_EITHER = re.compile(r"\(([^|()]+)\|([^|()]+)\)")
OBJECT = 100  # characters that an embedded object may show


class Findings:
    """Counts by name. `lost` adds up the characters of visible text behind the counts."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, name: str, count: int = 1, lost: int = 0) -> None:
        self._counts[name] += count
        self._lost[name] += lost

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def report(self) -> list[Tally]:
        """A tally for each kind of thing that the document has, the reasons in words for the uploader."""
        return list(self._tallies())

    def _tallies(self) -> Iterator[Tally]:
        for part, read, left_out, why in _ROWS:
            have, miss = self[read] if read else 0, self[left_out] if left_out else 0
            if have or miss:
                yield Tally(part, have, miss, _worded(why, miss) if miss else "", self._lost[left_out] if miss else 0)


def _worded(why: str, count: int) -> str:
    """`why` with the number, in the singular or the plural."""
    return _EITHER.sub(lambda forms: forms[1] if count == 1 else forms[2], why.format(f"{count:,}"))


# part, what was read, what was left out, and why: {} is how many, and (one|more) depends on it
_ROWS: tuple[tuple[Part, str, str, str], ...] = (
    (
        "headers",
        "headers",
        "headers not shown",
        "{} page (header or footer|headers or footers) shown on no page (was|were) not read.",
    ),
    ("notes", "notes", "notes unused", "{} (note belongs|notes belong) to no place in the text that is shown and (was|were) not read."),
    ("comments", "", "comments", "{} (comment|comments) in the margin (was|were) not read: comments are not part of the text."),
    ("hidden text", "", "hidden", "{} (passage is|passages are) hidden in Word and (was|were) not read."),
    ("hidden text", "", "faint", "{} (passage has|passages have) a colour or a size that nobody sees and (was|were) not read."),
    ("hidden text", "", "deletions", "{} tracked (deletion was|deletions were) left out, as if accepted."),
    ("hidden text", "", "covered", "{} (cell|cells) with words (is|are) covered by a merged cell and (was|were) not read."),
    ("pictures", "pictures", "pictures untold", "{} (picture has|pictures have) no alternative text; words in (it|them) were not read."),
    ("pictures", "", "pages of pictures", "{} (picture|pictures) as large as a page (has|have) no text; words in (it|them) were not read."),
    ("objects", "diagrams", "charts", "{} (chart was|charts were) not read. Give the figures in a table or in the text."),
    (
        "objects",
        "",
        "objects",
        "{} embedded (object was|objects were) not read. Put what (it says|they say) into the text.",
    ),
    (
        "objects",
        "parts",
        "parts unread",
        "{} inserted (document|documents) could not be read. Open the file in Word and save it again.",
    ),
    ("fields", "fields", "fields unread", "{} numbering (field has|fields have) no text in the file and (was|were) left out."),
    ("fields", "", "numbers unknown", "{} automatic (number is|numbers are) in a form that is not known and (was|were) left out."),
    ("furniture", "", "contents", "{} (table|tables) of contents (was|were) left out: the headings say the same."),
    ("characters", "", "symbols", "{} (character|characters) of a symbol font (has|have) no known meaning and (was|were) left out."),
)
