"""The layout of a PDF's pages, as liteparse finds it: blocks in reading order and the runs of text they are made of.

See docs/decisions/120-pdf-reading.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from liteparse import LiteParse
from liteparse.types import LayoutBlock, ParsedPage, TextItem

from causeway.documents.readers.grid import Cell
from causeway.documents.readers.pdf.columns import LEADERS
from causeway.documents.readers.pdf.rules import Ruled, tables_in
from causeway.documents.readers.pdf.turned import copies, direction, directions

_BATCH = 25  # pages held at once in the form that the library gives them
_ILLUSTRATOR = (b"AIPrivateData", b"__PrivateData")  # the name of private data by which the library takes a PDF for another format
_MARKUP = re.compile(r"\\([\\*_~`\[\]<>#])|\*{1,3}|~~|`")  # the library writes texts as Markdown
_MAX_ORDERED = 300  # blocks of a page whose order is checked


@dataclass(slots=True)
class Sheet:
    """A page, or that part of a page whose text runs in one direction, turned upright. Lengths in points from the top left corner.

    grids: rows of the tables that were read by their rules, by the ids of their blocks. failed: the page could not be read.
    """

    number: int
    width: float
    height: float
    items: list[TextItem]
    blocks: list[LayoutBlock]
    failed: bool = False
    grids: dict[str, list[list[Cell]]] = field(default_factory=dict)


def sheets(data: bytes, pages: int, *, may_have_rules: bool) -> Iterator[Sheet]:
    """All `pages` pages in order; a page with turned text gives a sheet for each direction, upright first.

    may_have_rules: whether any page has enough drawn for a table's. Only the cells of ruled tables need the places of single words.
    """
    for batch in _parser(pages, word_boxes=may_have_rules).parse_batches(data.replace(*_ILLUSTRATOR), _BATCH):
        found = {page.page_num: page for page in batch.result.pages}
        turned = {number: ways for number, page in found.items() if (ways := directions(page)) and ways != [0]}
        apart = _apart(data, turned) if turned else {}
        for number in range(batch.start_page, batch.end_page + 1):
            if number in found:
                yield from apart.get(number) or [_sheet(found[number], number)]
            else:
                yield Sheet(number, 0, 0, [], [], failed=True)


def _parser(pages: int, corrections: Sequence[tuple[int, int]] = (), *, word_boxes: bool = True) -> LiteParse:
    return LiteParse(
        ocr_enabled=False,
        max_pages=pages,
        keep_headers_footers=True,
        extract_blocks=True,
        extract_links=False,
        extract_vector_graphics=True,
        emit_word_boxes=word_boxes,
        continue_on_page_error=True,
        image_mode="off",
        quiet=True,
        num_workers=1,
        page_orientation_corrections=list(corrections),
    )


def _apart(data: bytes, turned: dict[int, list[int]]) -> dict[int, list[Sheet]]:
    """The sheets of pages with turned text."""
    corrections = [(number, way) for number, ways in turned.items() for way in ways]
    parser = _parser(len(corrections), [(place, way) for place, (_, way) in enumerate(corrections, 1)])
    apart: dict[int, list[Sheet]] = {}
    for page in parser.parse(copies(data, turned)).pages:
        number = corrections[page.page_num - 1][0]
        apart.setdefault(number, []).append(_sheet(page, number))
    return apart


def _sheet(page: ParsedPage, number: int) -> Sheet:
    items = [item for item in page.text_items if direction(item) in (0, None) and not LEADERS.fullmatch(item.text.strip())]
    blocks = [replace(block, text=_MARKUP.sub(r"\1", block.text)) if block.text else block for block in page.blocks or ()]
    blocks = [block for block in blocks if not LEADERS.fullmatch((block.text or "").strip())]
    grids: dict[str, list[list[Cell]]] = {}
    for at, table in enumerate(tables_in(page.vector_graphics, items)):
        held = [block for block in blocks if _is_in(block, table.block)]
        if table.merged or not _is_same(held, table):
            name = f"ruled {at}"
            grids[name] = table.rows
            place = blocks.index(held[0]) if held else len(blocks)
            blocks = [block for block in blocks if block not in held]
            blocks.insert(place, replace(table.block, id=name))
    return Sheet(number, page.width, page.height, items, _downwards(blocks), grids=grids)


def _is_in(block: LayoutBlock, table: LayoutBlock) -> bool:
    """Whether a block's middle is in the table, or the table's in a block that is a table too."""
    return _is_amid(block, table) or (block.kind == "table" and _is_amid(table, block))


def _is_amid(block: LayoutBlock, other: LayoutBlock) -> bool:
    one, two = block.bbox, other.bbox
    if one is None or two is None:
        return False
    x, y = one.x + one.width / 2, one.y + one.height / 2
    return two.x <= x <= two.x + two.width and two.y <= y <= two.y + two.height


def _is_same(blocks: Sequence[LayoutBlock], table: Ruled) -> bool:
    """Whether the layout has found the table, with as many columns and rows."""
    if len(blocks) != 1 or blocks[0].kind != "table":
        return False
    rows = [*([blocks[0].header] if blocks[0].header else []), *(blocks[0].rows or [])]
    return len(rows) == len(table.rows) and all(len(row) == table.columns for row in rows)


def _downwards(blocks: Sequence[LayoutBlock]) -> list[LayoutBlock]:
    """The blocks in the layout's order, but none after one that is below it in the same column, as a title over two columns may be."""
    ordered: list[LayoutBlock] = []
    for block in blocks if len(blocks) <= _MAX_ORDERED else ():
        place = next((at for at, other in enumerate(ordered) if _is_above(block, other)), len(ordered))
        ordered.insert(place, block)
    return ordered or list(blocks)


def _is_above(block: LayoutBlock, other: LayoutBlock) -> bool:
    one, two = block.bbox, other.bbox
    if one is None or two is None or one.y + one.height > two.y + 1:
        return False
    shared = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
    return shared > 0.5 * min(one.width, two.width)
