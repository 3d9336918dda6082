"""Running lines: what the margins of pages repeat, and what only counts the pages.

A line is furniture only when nothing but the page's own number differs from page to page. What it says besides that number is
kept once. See docs/decisions/121-running-lines.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from liteparse.types import LayoutBlock, TextItem

from causeway.documents.content import Block
from causeway.documents.readers.pdf.layout import Sheet

MARGIN = 0.12  # of the page's height, at the top and at the bottom
_ROWS = 3  # of running lines at the top and at the bottom, at most
_GAP = 0.6  # of the type's height, between running lines and text
_ITEMS = 12  # in these rows
_LONGEST = 150  # characters of a line that may count pages
_FARTHEST = 30  # from the page's place in the file to the number in a running title
_NUMBER = re.compile(r"\d{1,4}|[ivxl]{1,6}|[IVXL]{1,6}")
_WORD = re.compile(r"[^\W\u3040-\u9fff\uac00-\ud7a3]+")  # letters of scripts without spaces are no part of a number beside them
_PAGE = r"(?P<word>page|pg|seite|pagina|página|pág|pag|side|sida|sivu|strona|strana|str|oldal|sayfa|blz|страница|стр|第|p|s)"
_ALL = r"(?P<all>\s*(of|von|de|di|sur|van|af|av|z|из|/|\|)\s*\d{1,5}|\s*[页頁ページ]+(\W*[共全]\s*\d{1,5}\s*[页頁ページ]+)?)"
_FOLIO = re.compile(rf"[^\w#]*{_PAGE}?[^\w#]*#{_ALL}?\W*", re.IGNORECASE)
_COUNT = re.compile(rf"(\b{_PAGE}[^\w#]*)?#{_ALL}?", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.:,]\d+)+")  # a time, a date, an amount or a section's number: none of them is a page's
_EDGES = " \t|/·•,;:–—-"  # what parts a page number from the words beside it
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


class _Line(NamedTuple):
    """A run of type in the margin of a page. top: in steps of 4 points from the page's top edge. alone: nothing is beside it."""

    page: int
    text: str
    top: int
    item: TextItem
    alone: bool


class _Form(NamedTuple):
    """A line as it is, or with a number masked that is `step` more than the number of its page."""

    text: str
    top: int
    step: int | None = None

    def is_folio(self) -> bool:
        """Whether the line does nothing but count pages."""
        return self.step is not None and bool(_FOLIO.fullmatch(self.text))

    def says_page(self) -> bool:
        found = _FOLIO.fullmatch(self.text)
        return self.step == 0 or bool(found and (found["word"] or found["all"]))


@dataclass(frozen=True, slots=True)
class Furniture:
    """Running lines taken out of the sheets. said: what they say besides the page's number, by the page that says it first."""

    lines: Sequence[str]
    said: Mapping[int, Sequence[str]]

    def told(self, blocks: Sequence[Block]) -> list[Block]:
        """A text block before each page that is the first to say something which `blocks` do not say."""
        known = f" {' '.join(_words(block.text) for block in blocks)} "
        made = []
        for page, texts in self.said.items():
            fresh = [text for text in texts if f" {_words(text)} " not in known]
            made += [Block("text", "\n".join(fresh), page=page)] if fresh else []
        return made


def without_running_lines(sheets: Sequence[Sheet]) -> Furniture:
    """Takes the running lines out of the sheets' blocks."""
    lines = [line for sheet in sheets for line in _margins(sheet)]
    running = _Running(lines, len({sheet.number for sheet in sheets}))
    by_page: dict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        if line in running:
            by_page[line.page].append(line)
    taken = [line for sheet in sheets if sheet.number in by_page for line in _taken(sheet, by_page[sheet.number])]
    first: dict[str, int] = {}
    for line in taken:
        first.setdefault(running.said(line), line.page)
    said: dict[int, list[str]] = defaultdict(list)
    for text, page in first.items():
        said[page] += [text] if text else []
    return Furniture([line.text for line in taken], said)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


class _Running:
    """Tells which lines of the margins are furniture."""

    def __init__(self, lines: Sequence[_Line], pages: int) -> None:
        self._least = min(3, max(2, pages))
        self._pages: dict[_Form, set[int]] = defaultdict(set)
        for line in lines:
            for form in _forms(line):
                self._pages[form].add(line.page)
        folios = Counter({form: len(on) for form, on in self._pages.items() if form.is_folio() and self._follow(form)})
        self._step = max(folios, key=folios.__getitem__).step if folios else None

    def __contains__(self, line: _Line) -> bool:
        return self._form(line) is not None

    def said(self, line: _Line) -> str:
        """What a running line says besides the page's number."""
        form = self._form(line)
        return line.text if form is None or form.step is None else _COUNT.sub("", form.text, count=1).strip(_EDGES)

    def _form(self, line: _Line) -> _Form | None:
        """The form by which the line is furniture."""
        return next((form for form in _forms(line) if self._runs(form) or (line.alone and form.is_folio() and form.says_page())), None)

    def _runs(self, form: _Form) -> bool:
        if form.step is None or form.is_folio():
            return self._follow(form)
        own = form.step == self._step if self._step is not None else abs(form.step) <= _FARTHEST
        return own and self._follow(form)

    def _follow(self, form: _Form) -> bool:
        """Whether pages enough have it one after the other, or every second one."""
        on = sorted(self._pages[form])
        return any(on[at + self._least - 1] - on[at] <= 2 * (self._least - 1) for at in range(len(on) - self._least + 1))


def _forms(line: _Line) -> Iterator[_Form]:
    yield _Form(line.text, line.top)
    if len(line.text) <= _LONGEST:
        for found in _WORD.finditer(_FIGURE.sub(lambda figure: "_" * len(figure[0]), line.text)):
            if (number := _number(found.group())) is not None:
                yield _Form(f"{line.text[: found.start()]}#{line.text[found.end() :]}", line.top, number - line.page)


def _number(word: str) -> int | None:
    if not _NUMBER.fullmatch(word):
        return None
    if word.isdecimal():
        return int(word)
    digits = [_ROMAN[letter] for letter in word.lower()]
    return sum(-digit if digit < after else digit for digit, after in pairwise([*digits, 0]))


def _margins(sheet: Sheet) -> Iterator[_Line]:
    """Lines near the edges, as far as a gap parts them from the text."""
    items = sorted(sheet.items, key=lambda item: item.y)
    for rows in (_rows(items), _rows(items[::-1])):
        held: list[_Line] = []
        for row, after in pairwise([*rows, []]):
            held += [_Line(sheet.number, _spaced(item.text), round(item.y / 4), item, len(row) == 1) for item in row]
            if len(held) > _ITEMS or not all(_is_near(item, sheet) for item in row):
                break
            if not after or _gap(row, after) > _GAP * max(item.height for item in row):
                yield from held
                held = []


def _rows(items: Sequence[TextItem]) -> list[list[TextItem]]:
    """The first items in rows of type: as many rows as running lines may fill, and the one after them."""
    rows: list[list[TextItem]] = []
    for item in items:
        if rows and abs(item.y + item.height / 2 - rows[-1][0].y - rows[-1][0].height / 2) < 0.5 * item.height:
            rows[-1].append(item)
        elif len(rows) > _ROWS:
            break
        else:
            rows.append([item])
    return rows


def _is_near(item: TextItem, sheet: Sheet) -> bool:
    return item.y + item.height < MARGIN * sheet.height or item.y > (1 - MARGIN) * sheet.height


def _gap(row: Sequence[TextItem], other: Sequence[TextItem]) -> float:
    upper, lower = sorted((row, other), key=lambda items: items[0].y)
    return min(item.y for item in lower) - max(item.y + item.height for item in upper)


def _taken(sheet: Sheet, lines: Sequence[_Line]) -> list[_Line]:
    """Takes the lines off the sheet, and their texts out of the blocks they begin, end or fill; returns those taken."""
    taken: list[_Line] = []
    blocks = []
    for block in sheet.blocks:
        held = [line for line in lines if _holds(block, line.item)]
        if held and block.kind == "table":
            cut, rest = (held, "") if _fills(block, held) else ([], None)
        else:
            whole = _spaced(f"{block.marker or ''} {block.text or ''}")
            cut, rest = _without(whole, held)
            rest = rest if cut else block.text
        taken += cut
        if rest != "":
            blocks.append(replace(block, text=rest))
    gone = {id(line.item) for line in taken}
    sheet.blocks, sheet.items = blocks, [item for item in sheet.items if id(item) not in gone]
    return taken


def _without(text: str, lines: Sequence[_Line]) -> tuple[list[_Line], str]:
    """The lines that `text` begins or ends with, one after the other, and the rest of it."""
    taken, waiting = [], list(lines)
    while cut := next((line for line in waiting if text.startswith(line.text) or text.endswith(line.text)), None):
        waiting.remove(cut)
        taken.append(cut)
        text = (text.removeprefix(cut.text) if text.startswith(cut.text) else text.removesuffix(cut.text)).strip()
    return taken, text


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _fills(block: LayoutBlock, lines: Sequence[_Line]) -> bool:
    """Whether a table is nothing but a running line in several parts."""
    cells = "".join(cell.text for row in [block.header or [], *(block.rows or [])] for cell in row)
    return len("".join(cells.split())) == sum(len("".join(line.text.split())) for line in lines)


def _holds(block: LayoutBlock, item: TextItem) -> bool:
    box, middle = block.bbox, item.y + item.height / 2
    return box is not None and box.y - 1 <= middle <= box.y + box.height + 1 and box.x - 1 <= item.x <= box.x + box.width + 1
