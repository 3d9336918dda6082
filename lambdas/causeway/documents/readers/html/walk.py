"""The elements of a page to blocks, in reading order. It keeps its own stack: a page may nest deeper than Python's calls."""

from causeway.documents.content import Block
from causeway.documents.readers.html.line import BLOCKS, Line, Seen, code, flat
from causeway.documents.readers.html.tables import is_layout, is_plain_row, row_blocks, table_blocks
from causeway.documents.readers.html.tree import HEADINGS, Child, Element

_CODE = frozenset({"pre", "listing", "xmp", "plaintext"})
_LISTS = frozenset({"ul", "ol", "dir"})
_QUESTION = ("?", "？", "؟", "!")
_DEEPEST = 20  # levels of a list that are indented
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip


class Walk:
    """Blocks below an element. seen: counts pictures, controls and embedded objects on the way."""

    def __init__(self, root: Element, seen: Seen) -> None:
        self._root = root
        self._seen = seen
        self._line = Line(seen)
        self._lists = _Lists()
        self._blocks: list[Block] = []
        self._terms: list[str] = []  # of a definition list
        self._defined = False  # a definition has named the terms
        self._captioned = False  # what follows is the caption of a figure
        self._part = ""  # "dt" or "dd" of it, from its beginning to its first text

    def blocks(self) -> list[Block]:
        """The blocks in reading order. To be called once."""
        waiting: list[Child | None] = [self._root]  # None: the element that was entered last ends
        entered: list[Element] = []
        while waiting:
            child = waiting.pop()
            if isinstance(child, str):
                self._line.add(child)
            elif child is None:
                self._leave(entered.pop())
            elif not child.left_out:
                whole = self._whole(child)
                if whole is not None:
                    self._end()
                    self._blocks += whole
                    self._show()
                elif self._enter(child):
                    entered.append(child)
                    waiting.append(None)
                    waiting += reversed(child.children)
        self._end()
        return self._blocks

    def _whole(self, element: Element) -> list[Block] | None:
        """Blocks of an element that is taken as one, or None when its children are visited."""
        tag = element.tag
        if tag in HEADINGS or element.role == "heading":
            text = flat(element, self._seen)
            return [Block("heading", text, HEADINGS.get(tag) or _level(element))] if text else []
        if tag in _CODE:
            lines = code(element)
            return [Block("code", lines)] if lines.strip() else []
        if tag == "table" and not is_layout(element):
            return table_blocks(element, self._seen)
        return row_blocks(element, self._seen) if tag == "tr" and is_plain_row(element) else None

    def _enter(self, element: Element) -> bool:
        """Opens an element. Returns whether its children are visited."""
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
            self._begin_part(tag)
            self._captioned = tag == "figcaption"
            if tag in _LISTS:
                self._lists.open(element)
            elif tag == "li":
                self._lists.begin(element)
        return self._line.enter(element)

    def _leave(self, element: Element) -> None:
        tag = element.tag
        self._line.leave(element)
        if tag not in BLOCKS:
            return
        self._flush()
        self._captioned = False
        self._part = ""
        if tag == "dl" or (tag in _LISTS and self._lists.close()):
            self._end()

    def _begin_part(self, tag: str) -> None:
        """A term after a definition is a new one."""
        if tag == "dt" and self._defined:
            self._terms, self._defined = [], False
        if tag in {"dt", "dd"}:
            self._part = tag

    def _flush(self) -> None:
        """What was collected becomes a term, a line of a list, or a paragraph."""
        text = self._line.take()
        if not text:
            if not self._lists.is_open:
                self._show()
            return
        if self._part == "dt":
            self._terms.append(" ".join(text.split()).rstrip(":："))
            return
        if self._part == "dd" and self._terms:
            terms = ", ".join(self._terms)
            text = f"{terms}{'' if terms.endswith(_QUESTION) else ':'} {text}"
            self._defined = True
        self._part = ""
        self._say(text)

    def _end(self) -> None:
        """As `_flush`; terms without a definition, and the list so far, become blocks too."""
        self._flush()
        if self._terms and not self._defined:
            self._say(", ".join(self._terms))
        self._terms, self._defined = [], False
        items = self._lists.take()
        if items:
            self._blocks.append(Block("text", items))
        self._show()

    def _say(self, text: str) -> None:
        if self._lists.add(text):
            return
        pictures, described = self._seen.taken()
        alone = pictures and "".join(text.split()) == described
        self._blocks.append(Block("text", text, pictures=pictures if alone else (), caption=bool(alone) or self._captioned))
        if pictures and not alone:
            self._blocks.append(Block("text", "", pictures=pictures))

    def _show(self) -> None:
        """Pictures that no text has taken stand by themselves."""
        pictures, _ = self._seen.taken()
        if pictures:
            self._blocks.append(Block("text", "", pictures=pictures))


class _Lists:
    """The open lists, each with how its items are marked, and the lines of the outermost one so far."""

    def __init__(self) -> None:
        self._open: list[_Numbers | None] = []
        self._mark = ""
        self._lines: list[str] = []

    @property
    def is_open(self) -> bool:
        """Whether lines of a list are still to become a block."""
        return bool(self._open or self._lines)

    def open(self, element: Element) -> None:
        """A list begins."""
        self._open.append(_Numbers(element) if element.tag == "ol" else None)

    def close(self) -> bool:
        """The innermost list ends. Returns whether it was the outermost one."""
        if self._open:
            self._open.pop()
        return not self._open

    def begin(self, item: Element) -> None:
        """An item begins: the next line has its mark."""
        if self._open:
            numbers = self._open[-1]
            self._mark = f"{numbers.next(item)}. " if numbers else "- "

    def add(self, text: str) -> bool:
        """Adds text of an item, if a list is open."""
        if self._open:
            indent = "  " * min(len(self._open) - 1, _DEEPEST)
            self._lines.append(f"{indent}{self._mark or '  '}" + text.replace("\n", f"\n{indent}  "))
            self._mark = ""
        return bool(self._open)

    def take(self) -> str:
        """The lines so far, which are forgotten."""
        lines = "\n".join(self._lines)
        self._lines.clear()
        return lines


class _Numbers:
    """Counts the items of a numbered list as a browser does."""

    def __init__(self, element: Element) -> None:
        self._step = -1 if "reversed" in element.attrs else 1
        items = sum(not isinstance(child, str) and child.tag == "li" for child in element.children)
        self._next = _whole_number(element.attrs.get("start"), items if self._step < 0 else 1)
        self._kind = element.attrs.get("type", "1").strip()

    def next(self, item: Element) -> str:
        """The number of the next item: "3", "c", "III"."""
        number = _whole_number(item.attrs.get("value"), self._next)
        self._next = number + self._step
        if self._kind in {"a", "A"} and 1 <= number <= 26:
            return chr(ord(self._kind) + number - 1)
        if self._kind in {"i", "I"} and 1 <= number < 4000:
            return _roman(number) if self._kind == "i" else _roman(number).upper()
        return str(number)


def _whole_number(text: str | None, otherwise: int) -> int:
    try:
        return int((text or "")[:9])
    except ValueError:
        return otherwise


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _level(element: Element) -> int:
    return min(max(_whole_number(element.attrs.get("aria-level"), 2), 1), 6)
