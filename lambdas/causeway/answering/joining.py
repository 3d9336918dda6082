"""Neighbouring passages of a document as the one text that chunking has cut.

Chunking leaves no mark where it cuts, but what it does there can be seen in two neighbours under one heading: the second repeats the end
of the first, or both are rows of a table or lines of code, or the first ends with a colon. Where it fails: two tables one after the other
look like one that was cut, and joining them only makes the passage longer. Neighbours under one heading that show none of these are
complete sections that chunking has packed apart.
"""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from causeway.retrieval.passage import FoundPassage
from causeway.safety.instructions import NEAR, instructions_in

Place = Callable[[int], int]
APART = "\n\n"  # chunking puts it between what a passage repeats and what is new in it
INTRODUCES = (":", "：")
FEWEST_UNFINISHED = 40  # characters; a shorter line without a full stop is a label or an item of a list
LOOKED_AT = NEAR + 100  # characters on both sides of a seam
UNSPACED = frozenset({"ja", "km", "lo", "my", "th", "zh"})
_ROW = re.compile(r"(?P<column>[^:;\n]+): ")
_ITEM = re.compile(r"\w{1,3}[.)]\s")
_PAUSE = re.compile(r"[\w,;、，；،؛]$")


def continues(before: FoundPassage, after: FoundPassage) -> bool:
    """Whether one text was cut into these two: of one version of one document, next to each other, under one heading."""
    near = before.of_version == after.of_version and before.position + 1 == after.position and before.heading == after.heading
    return near and (_are_rows(before, after) or before.text.rstrip().endswith(INTRODUCES) or repeated(before.text, after.text) > 0)


def _are_rows(before: FoundPassage, after: FoundPassage) -> bool:
    """Whether the seam is between rows of a table, "Column: value; Column: value", or lines of code."""
    if before.kind == after.kind and before.kind in ("table", "code"):
        return True
    last, first = _ROW.match(before.text.rstrip().rpartition("\n")[2]), _ROW.match(after.text)
    return bool(last and first and last["column"] == first["column"])


def repeated(before: str, after: str) -> int:
    """How many characters at the beginning of a text repeat the end of the one before, what parts them from the rest included."""
    ended = before.rstrip()
    places = (match.start() for match in re.finditer(APART, after))
    return max((place + len(APART) for place in places if place and ended.endswith(after[:place])), default=0)


def joined(run: Sequence[FoundPassage], best: FoundPassage) -> FoundPassage:
    """A run of passages each of which continues the one before, as one passage with what was found of `best`, which is one of them.

    Pages and sentences that instruct a model are told by their places in the joined text. A sentence that instructs only now that it
    is whole is told too. tokens: at most so many, for what is shared counts in each.
    """
    whole = run[0]
    for passage in run[1:]:
        whole = _with_next(whole, passage)
    kept = {name: getattr(whole, name) for name in ("text", "page", "pages", "pictures", "tokens")}
    own = {
        "instructions": sorted(set(whole.instructions)),
        "kind": best.kind if len({passage.kind for passage in run}) == 1 else "text",
        "content_hash": sha256(whole.text.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "similarity": max(passage.similarity for passage in run),
        "joined": tuple(passage.position for passage in run),
    }
    return best.model_copy(update=kept | own)


def _with_next(whole: FoundPassage, following: FoundPassage) -> FoundPassage:
    said = repeated(whole.text, following.text)
    before, rest = whole.text.rstrip(), following.text[said:]
    text = before + _between(whole, before, following, rest)

    def place(of: int) -> int:
        """Where a character of the following passage is in the joined text."""
        return len(text) + of - said if of >= said else len(before) - (said - len(APART)) + min(of, said - len(APART))

    moved = [(place(start), place(end)) for start, end in following.instructions]
    near = [span for span in (*whole.instructions, *moved) if abs(span[0] - len(text)) < NEAR or abs(span[1] - len(text)) < NEAR]
    made_whole = _at_seam(text + rest, len(text)) if near or not text.endswith("\n") or before.endswith(INTRODUCES) else []
    return whole.model_copy(
        update={
            "text": text + rest,
            "pages": _pages(whole, following, said, place),
            "instructions": [*whole.instructions, *moved, *made_whole],
            "pictures": list({picture.id: picture for picture in (*whole.pictures, *following.pictures)}.values()),
            "tokens": whole.tokens + following.tokens,
            "position": following.position,
            "kind": following.kind,
        }
    )


def _between(whole: FoundPassage, before: str, following: FoundPassage, rest: str) -> str:
    """What parts the two: a line end between rows, nothing but a space within a sentence, else as paragraphs are parted."""
    if _are_rows(whole, following):
        return "\n"
    last = before.rpartition("\n")[2]
    unfinished = len(last) >= FEWEST_UNFINISHED and bool(_PAUSE.search(last))
    goes_on = rest[:1].isalnum() and not rest[:1].isupper() and not _ITEM.match(rest)  # letters of scripts without capitals go on too
    if not unfinished or not goes_on:
        return APART
    return "" if whole.language in UNSPACED else " "


def _at_seam(text: str, seam: int) -> list[tuple[int, int]]:
    """Sentences that instruct a model near the place where two passages meet: neither may have had such a sentence whole."""
    first, last = max(0, seam - LOOKED_AT), seam + LOOKED_AT
    return [(first + start, first + end) for start, end in instructions_in(text[first:last])]


def _pages(whole: FoundPassage, following: FoundPassage, said: int, place: Place) -> list[tuple[int, int]]:
    """Where a page begins in the joined text: the repeated words keep the page that they had."""
    at = following.page_of(said)
    begins = [*whole.pages, *([(place(said), at)] if at is not None and following.pages else [])]
    begins += [(place(start), page) for start, page in following.pages if start > said]
    return [begin for number, begin in enumerate(begins) if number == 0 or begin[1] != begins[number - 1][1]]
