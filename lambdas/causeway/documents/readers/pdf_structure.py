"""Lines of pages to headings, paragraphs, lists, code and table rows, by place and size of type."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from causeway.documents.content import Block, grouped, table
from causeway.documents.readers.pdf_page import Line, Page

_BULLET = re.compile(r"^([•◦▪●‣∙·*–—\uf0b7-])\s+(?=\S)")
_NUMBERED = re.compile(r"^(\(?\d{1,2}[.)]|\(?[a-z][.)])\s+\S")
_LEADER = re.compile(r"(?:[.\u2026_]\s?){4,}")
_SENTENCE_END = (".", "!", "?", ":", ";")
HEADING = 1.12  # times the body's size
BOLD_CHARACTERS = 80
HEADING_CHARACTERS = 200
GAP = 0.75  # of the type's height, between lines of one paragraph at most


def structured(pages: Sequence[Page]) -> tuple[str | None, list[Block]]:
    """The title, if a heading stands out on the first page, and all blocks."""
    lines = [(page.number, line) for page in pages for line in page.lines]
    kinds = _kinds([line for _, line in lines])
    blocks: list[Block] = []
    header: list[str] = []
    for (number, kind), run in groupby(zip(lines, kinds, strict=True), key=lambda entry: (entry[0][0], entry[1])):
        blocks += _blocks(kind, [line for (_, line), _ in run], number, header)
        header = header if kind == "table" else []
    blocks = grouped(_joined_headings(blocks))
    first = [block for block in blocks if block.kind == "heading" and block.page == 1]
    return (min(first, key=lambda block: block.level).text if first else None), blocks


def _kinds(lines: Sequence[Line]) -> list[str]:
    """Of each line: table, code, text, or the digit of a heading's level."""
    body = _body_size(lines)
    levels = _levels(lines, body)
    following = [*lines[1:], None]
    return [_kind(line, after, levels, body) for line, after in zip(lines, following, strict=True)]


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += 0 if line.rows else len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _levels(lines: Sequence[Line], body: float) -> dict[float, int]:
    """The heading level of every size of type above the body's; sizes within 5% of each other share one."""
    sizes = sorted({line.size for line in lines if _is_large(line, body)}, reverse=True)
    levels: dict[float, int] = {}
    level, largest = 0, 0.0
    for size in sizes:
        if not largest or size < 0.95 * largest:
            level, largest = level + 1, size
        levels[size] = min(level, 5)
    return levels


def _is_large(line: Line, body: float) -> bool:
    return line.size >= HEADING * body and _may_be_heading(line, HEADING_CHARACTERS)


def _may_be_heading(line: Line, most: int) -> bool:
    """A few words, rather than a formula, a remark in brackets or an entry of a table of contents."""
    letters = sum(map(str.isalpha, line.text))
    words = 3 <= letters >= 0.5 * len(line.text.replace(" ", "")) and not line.text.startswith(("(", "["))
    return words and len(line.text) <= most and not _LEADER.search(line.text)


def _kind(line: Line, after: Line | None, levels: dict[float, int], body: float) -> str:
    if line.rows:
        return "table"
    if _is_large(line, body):
        return str(levels[line.size])
    if line.fixed:
        return "code"
    if line.bold and _may_be_heading(line, BOLD_CHARACTERS) and not _runs_on(line, after):
        return str(max(levels.values(), default=0) + 1)
    return "text"


def _runs_on(line: Line, after: Line | None) -> bool:
    """Whether a bold line is a paragraph's first words rather than a heading."""
    if line.text.endswith((".", ",", ";")) or _BULLET.match(line.text):
        return True
    tight = after is not None and 0 <= after.top - line.top < 1.6 * line.size and abs(after.left - line.left) < line.size
    return tight and after is not None and after.right - line.right < 0.25 * (after.right - after.left)


def _blocks(kind: str, lines: Sequence[Line], page: int, header: list[str]) -> Iterator[Block]:
    """header: of the last table, given on to a table that goes on over the page; it is updated."""
    if kind == "table":
        for line in lines:
            yield from _table(line.rows, page, header)
    elif kind == "code":
        yield Block("code", _indented(lines), page=page)
    elif kind == "text":
        yield from (Block("text", text, page=page) for text in _paragraphs(lines))
    else:
        yield from (Block("heading", line.text, int(kind), page) for line in lines)


def _table(rows: list[list[str]], page: int, header: list[str]) -> list[Block]:
    goes_on = bool(header) and len(header) == len(rows[0]) and rows[0] != header
    if not goes_on:
        header[:] = rows[0]
    return table([header, *rows] if goes_on else rows, page)


def _indented(lines: Sequence[Line]) -> str:
    left = min(line.left for line in lines)
    longest = max(lines, key=lambda line: len(line.text))
    width = max(1.0, (longest.right - longest.left) / len(longest.text))
    return "\n".join(" " * round((line.left - left) / width) + line.text for line in lines)


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    held: list[Line] = []
    right = max(line.right for line in lines)
    for line in lines:
        if held and _begins(line, held[-1], right):
            yield _text(held)
            held = []
        held.append(line)
    yield _text(held)


def _begins(line: Line, before: Line, right: float) -> bool:
    """Whether a paragraph begins with `line`. right: where the longest line ends."""
    if _BULLET.match(line.text) or _NUMBERED.match(line.text):
        return True
    below = line.top - before.bottom
    if line.top < before.top - before.size:
        return before.text.endswith(_SENTENCE_END)  # the next column
    if below > GAP * line.size or abs(line.size - before.size) > 0.15 * line.size:
        return True
    return before.text.endswith(_SENTENCE_END) and before.right < before.left + 0.7 * (right - before.left)


def _text(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        hyphen = text.endswith("-") and text[-2:-1].isalpha() and line.text[:1].islower()
        text = text[:-1] + line.text if hyphen else f"{text} {line.text}"
    return _LEADER.sub("\u2026 ", _BULLET.sub("- ", text)).strip()


def _joined_headings(blocks: Sequence[Block]) -> list[Block]:
    """Headings set over two lines or three as one."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and block.kind == last.kind == "heading" and (block.level, block.page) == (last.level, last.page):
            joined[-1] = Block("heading", f"{last.text} {block.text}", last.level, last.page)
        else:
            joined.append(block)
    return joined
