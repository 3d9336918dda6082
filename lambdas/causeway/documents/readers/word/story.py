"""One run of text (the body, a header, a note) to lines: its paragraphs with their numbers, and its tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.office.xml import R
from causeway.documents.readers.word.inline import Inline
from causeway.documents.readers.word.numbering import Counters, Label, Numbering
from causeway.documents.readers.word.properties import Properties, properties
from causeway.documents.readers.word.said import Said
from causeway.documents.readers.word.styles import Style, Styles
from causeway.documents.readers.word.tables import Row, blocks_of_table, is_layout, rows_of
from causeway.documents.readers.word.xml import M, W, flat

_P, _TBL, _SDT, _MATHS = f"{W}p", f"{W}tbl", f"{W}sdt", f"{M}oMathPara"
_INSERTED = frozenset({f"{W}altChunk", f"{W}subDoc"})


@dataclass(slots=True)
class Paragraph:
    said: Said
    properties: Properties
    style: Style

    @property
    def level(self) -> int:
        return self.style.level if self.properties.level is None else self.properties.level


@dataclass(slots=True)
class Item:
    """A list item. depth: 0 for the outermost level."""

    text: str
    depth: int


Line = Block | Item


class Story:
    """Reads containers of one part in their order; numbers are counted on from one to the next.

    titles: gets the first paragraph of the style Title, which is no line.
    inserted: gives the blocks of the document inserted by the relationship with this id. tables: gives the blocks of a table.
    """

    def __init__(
        self,
        inline: Inline,
        styles: Styles,
        numbering: Numbering,
        titles: list[str],
        inserted: Callable[[str], list[Block]],
        tables: Callable[[Sequence[Row], Callable[[Any], str]], list[Block]] = blocks_of_table,
    ) -> None:
        self._titles, self._inserted, self._tables = titles, inserted, tables
        self._inline, self._styles, self._numbering = inline, styles, numbering
        self._counters = Counters(numbering)
        self._boxes: Story | None = None
        self._in_cells: list[Block] = []  # with the pictures of a table's cells

    @property
    def boxes(self) -> "Story":
        """Text boxes are a run of text of their own: their numbers do not continue those around them."""
        if self._boxes is None:
            self._boxes = Story(self._inline, self._styles, self._numbering, self._titles, self._inserted, self._tables)
        return self._boxes

    def lines(self, container: Any) -> Iterator[Line]:
        """The lines of a body, a header, a note, a text box or a table cell that is layout."""
        for element in self._paragraphs(container):
            if isinstance(element, Paragraph):
                yield from self._lines_of(element)
            elif element.tag == _TBL:
                yield from self._table(element)
            elif element.tag == _SDT:
                self._inline.contents()
            else:
                yield from self._inserted(element.get(f"{R}id", ""))

    def cell(self, container: Any) -> str:
        """The text of a table cell; a paragraph that is only a number is that number."""
        texts: list[str] = []
        for element in self._paragraphs(container):
            if isinstance(element, Paragraph):
                label = self._label(element)
                text = element.said.with_notes().strip()
                texts.append(label.before(text).strip() if label and label.text else f"- {text}" if label and text else text)
                texts.extend(self.boxes.cell(box) for box in element.said.boxes)
                self._in_cells += [_shown(element.said)] if element.said.pictures else []
            elif element.tag == _TBL:
                lines = list(self._table(element))
                texts.append("; ".join(line.text for line in lines if line.text))
                self._in_cells += [line for line in lines if isinstance(line, Block) and line.pictures]
            elif element.tag in _INSERTED:
                texts.extend(block.text for block in self._inserted(element.get(f"{R}id", "")))
        return " ".join(filter(None, texts))

    def _paragraphs(self, container: Any) -> Iterator[Any]:
        """The paragraphs, and the elements between them; paragraphs whose end is hidden or deleted run on into the next one."""
        held: Paragraph | None = None
        for element in flat(container):
            tag = element.tag
            if tag not in _READ:
                continue
            if tag not in _SAID:
                yield from _spoken(held)
                held = None
                yield element
                continue
            paragraph = self._paragraph(element)
            held = paragraph if held is None else _joined(held, paragraph)
            if not self._runs_on(paragraph, held):
                yield held
                held = None
        yield from _spoken(held)

    def _paragraph(self, element: Any) -> Paragraph:
        found = properties(element)
        style = self._styles.paragraph(found.style)
        holder = element if element.tag == _P else [element]
        return Paragraph(self._inline.read(holder, style), found, style)

    def _runs_on(self, paragraph: Paragraph, held: Paragraph) -> bool:
        """Whether nothing shows this paragraph's end. A heading with words ends there all the same, as its style separator says."""
        if paragraph.properties.deleted:
            return True
        if paragraph.properties.separator or (held.level and held.said):
            return False
        if paragraph.properties.hidden is None:
            return self._styles.hidden or bool(paragraph.style.hidden)
        return paragraph.properties.hidden

    def _label(self, paragraph: Paragraph) -> Label | None:
        if paragraph.properties.list_id is None and not paragraph.style.list_id:
            return None
        place = self._numbering.place(paragraph.properties.list_id, paragraph.properties.list_level, paragraph.style)
        return self._counters.next(*place) if place else None

    def _lines_of(self, paragraph: Paragraph) -> Iterator[Line]:
        label = self._label(paragraph)
        said = paragraph.said
        if said.describes_only:
            yield Block("text", said.text.strip(), pictures=tuple(said.pictures), caption=True)
        elif said:
            yield from self._line(paragraph, label)
        if said.pictures and not said.describes_only:
            yield _shown(said)
        for box in paragraph.said.boxes:
            yield from self.boxes.lines(box)

    def _line(self, paragraph: Paragraph, label: Label | None) -> Iterator[Line]:
        said, style = paragraph.said, paragraph.style
        if style.name == "caption" and not label:
            yield Block("text", said.with_notes().strip(), caption=True)
        elif style.code and not label:
            yield Block("code", said.text.rstrip())
        elif paragraph.level:
            yield from self._heading(paragraph, label)
        else:
            yield self._text(paragraph, label)
            return
        yield from (Block("text", f"[{note}]") for _, note in said.notes)

    def _heading(self, paragraph: Paragraph, label: Label | None) -> Iterator[Line]:
        text = " ".join(paragraph.said.text.split())
        if paragraph.style.name == "title" and not self._titles:
            self._titles.append(text)
        else:
            yield Block("heading", label.before(text) if label and label.text else text, paragraph.level)

    def _text(self, paragraph: Paragraph, label: Label | None) -> Line:
        text = paragraph.said.with_notes().strip()
        if label is None:
            bulleted = paragraph.style.bulleted and paragraph.properties.list_id is None and not paragraph.style.list_id
            return Item(f"- {text}", 0) if bulleted else Block("text", text)
        if label.clause:
            return Block("text", label.before(text))
        place = self._numbering.place(paragraph.properties.list_id, paragraph.properties.list_level, paragraph.style)
        return Item(label.before(text) if label.text else f"- {text}", place[1] if place else 0)

    def _table(self, element: Any) -> Iterator[Line]:
        rows = rows_of(element)
        self._inline.covered(sum(row.covered for row in rows))
        if is_layout(element, rows):
            for row in rows:
                for cell in row.cells:
                    yield from self.lines(cell.element) if cell.element is not None else ()
        else:
            yield from self._tables(rows, self.cell)
            yield from self._in_cells
            self._in_cells.clear()


_SAID = frozenset({_P, _MATHS})
_READ = frozenset({_P, _MATHS, _TBL, _SDT, *_INSERTED})


def _spoken(held: Paragraph | None) -> list[Paragraph]:
    """A paragraph that has no next one to run on into, if it says anything."""
    return [held] if held is not None and held.said.shows else []


def _shown(said: Said) -> Block:
    """The pictures of a paragraph, in their place behind it."""
    return Block("text", "", pictures=tuple(said.pictures))


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    """Two paragraphs as one, with the properties of the first when it says something, as Word keeps them."""
    keeper = first if first.said else second
    return Paragraph(first.said + second.said, keeper.properties, keeper.style)
