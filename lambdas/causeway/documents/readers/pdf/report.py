"""The report of a PDF's reading: what was read of each part, and why the rest was not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from causeway.documents.content import Block, Part, Tally
from causeway.documents.readers.pdf.survey import Survey
from causeway.documents.readers.pictures.report import recognition_tallies
from causeway.documents.readers.wording import counted, numbers
from causeway.documents.recognition import Recognition

MIN_LETTERS = 8  # of a page with pictures or drawings that counts as read
DRAWINGS = 20  # on a page that may be text drawn as lines
PAGE_CHARACTERS = 1500  # of a page, where none was read
UNKNOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")  # controls are codes of glyphs
MAX_UNKNOWN = 0.3  # of the characters of a page


@dataclass(frozen=True, slots=True)
class Found:
    """surveys: one for each page. counts: of annotations by kind. running: lines taken out,
    and `kept` of them said once. failed: pages that could not be read. garbled: pages that do not say which letters their characters are,
    with the number of characters. recognition: of the pages that are pictures."""

    surveys: Sequence[Survey]
    counts: Mapping[str, int]
    attached: int
    running: Sequence[str]
    kept: int
    failed: frozenset[int]
    garbled: Mapping[int, int]
    recognition: Recognition


def report(blocks: Sequence[Block], found: Found) -> list[Tally]:
    return [tally for tally in _tallies(blocks, found) if tally.read or tally.left_out]


def pictured(blocks: Sequence[Block], surveys: Sequence[Survey]) -> list[int]:
    """Numbers of the pages that show something and have no text."""
    letters: Counter[int | None] = Counter()
    for block in blocks:
        letters[block.page] += sum(map(str.isalnum, block.text))
    pages = enumerate(surveys, 1)
    return [number for number, page in pages if letters[number] < MIN_LETTERS and (page.pictures or page.drawings > DRAWINGS)]


def _tallies(blocks: Sequence[Block], found: Found) -> Iterator[Tally]:
    elsewhere = {*found.failed, *found.garbled, *(page.number for page in found.recognition.sure)}
    silent = [number for number in pictured(blocks, found.surveys) if number not in elsewhere]
    yield from _pages(blocks, found, silent)
    told = {*silent, *(page.number for page in found.recognition.sure)}
    shown = sum(survey.pictures for number, survey in enumerate(found.surveys, 1) if number not in told)
    yield _left("pictures", shown, "{} on the pages; text inside them is not read", ("picture is", "pictures are"))
    yield _fields(found.counts)
    yield _left("comments", found.counts["comments"], "{} not read: comments are not part of the text", ("comment was", "comments were"))
    yield from _hidden(found)
    objects = found.attached + found.counts["objects"]
    yield _left("objects", objects, "{} in the PDF; upload what should be read by itself", ("file is embedded", "files are embedded"))
    yield _running(found.running, found.kept)
    unknown = sum(len(UNKNOWN.findall(block.text)) for block in blocks)
    why = ("character does not say which letter it is", "characters do not say which letters they are")
    letters = sum(len(block.text) for block in blocks)
    yield Tally("characters", letters - unknown, unknown, counted(unknown, *why) if unknown else "", unknown)


def _pages(blocks: Sequence[Block], found: Found, silent: Sequence[int]) -> Iterator[Tally]:
    recognised = len(found.recognition.sure)
    read = len(found.surveys) - len(silent) - len(found.failed) - len(found.garbled)
    lost = sum(len(block.text) for block in blocks) // read if read else PAGE_CHARACTERS
    lost = lost or PAGE_CHARACTERS
    yield Tally("pages", read - recognised)
    yield from recognition_tallies(found.recognition, blocks, silent, lost)
    if found.failed:
        failed = sorted(found.failed)
        why = f"{counted(len(failed), 'page is', 'pages are')} damaged ({numbers(failed)})"
        yield Tally("pages", 0, len(failed), why, lost * len(failed))
    if found.garbled:
        pages = counted(len(found.garbled), "page does", "pages do")
        why = f"{pages} not say which letters the characters are ({numbers(sorted(found.garbled))})"
        yield Tally("pages", 0, len(found.garbled), why, sum(found.garbled.values()))


def _fields(counts: Mapping[str, int]) -> Tally:
    hidden = counts["hidden fields"]
    return Tally("fields", counts["fields"], hidden, counted(hidden, "field is", "fields are") + " hidden by the form" if hidden else "")


def _hidden(found: Found) -> Iterator[Tally]:
    pieces = sum(survey.hidden for survey in found.surveys) + found.counts["hidden"]
    kept = sum(survey.kept for survey in found.surveys)
    words = ("piece of text is", "pieces of text are")
    yield _left("hidden text", pieces, "{} in the file and not drawn on its page, or drawn so that nobody sees it", words)
    why = f"{counted(kept, *words)} drawn so that nobody sees it, but cannot be told from the rest of the page and was read"
    yield Tally("hidden text", kept, 0, why if kept else "")


def _running(lines: Sequence[str], kept: int) -> Tally:
    samples = " and ".join(f"“{line[:60]}”" for line in list(dict.fromkeys(lines))[:2])
    why = f"{{}} left out as page number or repeated page header or footer, such as {samples}"
    return replace(_left("furniture", len(lines) - kept, why, ("line was", "lines were")), read=kept)


def _left(part: Part, count: int, sentence: str, words: tuple[str, str]) -> Tally:
    return Tally(part, 0, count, sentence.format(counted(count, *words)) if count else "")
