"""Blocks to chunks that the embedding model takes whole.

Neighbouring sections below one heading share a chunk while they fit; a chunk breaks between blocks; a block that is too
long alone breaks at a line end, a sentence end or a space, in this order. Words are counted by memory; only a block that is
cut, or lends its end as overlap, is encoded for its offsets. See docs/decisions/081-chunks.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import inf

from causeway.documents.chunking.cuts import CHARACTERS, cuts, ending, row_cuts
from causeway.documents.chunking.tokens import SPECIAL, counts
from causeway.documents.chunkings import STANDARD, Chunking
from causeway.documents.content import Block, Content
from causeway.retrieval.passage import PassageKind

PREFIX = 96
SEPARATOR = " > "
SEPARATOR_TOKENS = 1
MIN_UNFINISHED = 40  # characters; a shorter text without a full stop is a label or an item of a list

_APART = "\n\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """heading: the path, outermost first, joined by " > ".
    page: where its first new block begins.
    pages: (offset in `text`, page) of each place where another page begins, in order; empty where there are no pages.
    tokens: of the heading prefix, the text and the special tokens together.
    overlap: characters at the beginning of `text` that repeat the chunk before.
    pictures: ids of those beside its blocks, in order.
    """

    text: str
    kind: PassageKind
    heading: str
    page: int | None
    tokens: int
    overlap: int = 0
    pages: tuple[tuple[int, int], ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(slots=True)
class _Piece:
    block: Block
    text: str
    tokens: int


_NO_TAIL = _Piece(Block("text", ""), "", 0)


@dataclass(slots=True)
class _Section:
    """path: its headings, outermost first. pieces: at least one."""

    path: list[_Piece]
    pieces: list[_Piece]


def chunk(content: Content, chunking: Chunking = STANDARD) -> list[Chunk]:
    """Chunks with heading prefix and special tokens, as large as `chunking` says.

    Every word of every block is in some chunk; a heading's words are in the path of its section's chunks or in their text.
    """
    blocks = list(content.blocks)
    room = chunking.target - SPECIAL - counts([content.title or ""])[0]
    sections = list(_gathered(_sections(blocks, counts([block.text for block in blocks]), content.title), room))
    prefixes = counts([prefix(content.title, SEPARATOR.join(headings)) for headings, _ in sections])
    return [
        made
        for (headings, pieces), length in zip(sections, prefixes, strict=True)
        for made in _packed(headings, pieces, length, content.title, chunking)
    ]


def prefix(title: str | None, heading: str) -> str:
    """The text that is put before a passage's text when it is embedded: its title, unless the heading path begins with it, and the path."""
    if not title or heading == title or heading.startswith(title + SEPARATOR):
        return heading
    return title + SEPARATOR + heading if heading else title


def _sections(blocks: Sequence[Block], lengths: Sequence[int], title: str | None) -> Iterator[_Section]:
    """Every section that holds text; a heading above nothing is its own text."""
    path: list[_Piece] = []
    pieces: list[_Piece] = []
    for number, block in enumerate(blocks):
        piece = _Piece(block, block.text, lengths[number])
        if block.kind != "heading":
            pieces.append(piece)
            continue
        if pieces:
            yield _Section(path, pieces)
            pieces = []
        path = [*(above for above in path if above.block.level < block.level), piece]
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        childless = following is None or (following.kind == "heading" and following.level <= block.level)
        if childless and block.text != title:
            pieces.append(piece)
    if pieces:
        yield _Section(path, pieces)


def _gathered(sections: Iterable[_Section], room: int) -> Iterator[tuple[tuple[str, ...], list[_Piece]]]:
    """Heading path and pieces: neighbours below one heading as one while they fit a chunk together, then under the path they share."""
    held: list[_Section] = []
    for section in sections:
        if held and _tokens([*held, section]) > room:
            yield _as_one(held)
            held = []
        held.append(section)
    if held:
        yield _as_one(held)


def _tokens(sections: Sequence[_Section]) -> float:
    """Of the sections as one, without the document's title; no number is enough for sections that share no heading."""
    shared = _shared(sections)
    path = sum(piece.tokens + SEPARATOR_TOKENS for piece in sections[0].path[:shared])
    return path + sum(piece.tokens for piece in _pieces(sections, shared)) if shared else inf


def _as_one(sections: Sequence[_Section]) -> tuple[tuple[str, ...], list[_Piece]]:
    shared = _shared(sections)
    return tuple(piece.text for piece in sections[0].path[:shared]), _pieces(sections, shared)


def _shared(sections: Sequence[_Section]) -> int:
    """How many of the outermost headings all sections have in common."""
    levels = zip(*(section.path for section in sections), strict=False)
    return sum(1 for _ in takewhile(lambda level: all(piece is level[0] for piece in level), levels))


def _pieces(sections: Sequence[_Section], shared: int) -> list[_Piece]:
    """The sections' pieces in order, each heading that is not shared before the first piece under it."""
    pieces: list[_Piece] = []
    above: list[_Piece] = []
    for section in sections:
        fresh = [piece for piece in section.path[shared:] if all(piece is not other for other in above)]
        pieces += [piece for piece in fresh if piece is not section.pieces[0]] + section.pieces
        above = section.path
    return pieces


def _packed(headings: tuple[str, ...], pieces: list[_Piece], length: int, title: str | None, chunking: Chunking) -> Iterator[Chunk]:
    """length: tokens of the whole path's prefix. Outer headings that do not fit into the path become text."""
    kept = headings
    while kept and length > PREFIX:
        kept = kept[1:]
        length = counts([prefix(title, SEPARATOR.join(kept))])[0]
    dropped = [Block("heading", heading) for heading in headings[: len(headings) - len(kept)] if heading != pieces[0].text]
    above = [_Piece(block, block.text, tokens) for block, tokens in zip(dropped, counts([block.text for block in dropped]), strict=True)]
    yield from _Packer(SEPARATOR.join(kept), length, chunking).chunks([*above, *pieces])


class _Packer:
    """Packs pieces under one heading path into chunks."""

    def __init__(self, heading: str, prefix_tokens: int, chunking: Chunking) -> None:
        self._heading = heading
        self._used = SPECIAL + prefix_tokens
        self._target = chunking.target - self._used
        self._limit = chunking.limit - self._used
        self._overlap = chunking.overlap

    def chunks(self, pieces: Sequence[_Piece]) -> Iterator[Chunk]:
        held: list[_Piece] = []
        tail = _NO_TAIL
        room = self._target
        for piece in self._cut(pieces):
            if held and (piece.tokens > room or self._too_long(held, piece)):
                yield self._chunk(held, tail)
                tail = self._tail(held, piece)
                held, room = [], self._target - tail.tokens
            held.append(piece)
            room -= piece.tokens
        if held:
            yield self._chunk(held, tail)

    def _cut(self, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
        """The pieces, those too long for any chunk in parts. Code up to the model's limit stays whole."""
        for piece in pieces:
            maximum = self._limit if piece.block.kind in {"code", "table"} else self._target
            if piece.tokens <= maximum and len(piece.text) <= CHARACTERS:
                yield piece
            else:
                yield from self._parts(piece, maximum)

    def _parts(self, piece: _Piece, maximum: int) -> Iterator[_Piece]:
        """Parts with room for the overlap before them, cut on the offsets of one encoding."""
        if piece.block.kind == "table":
            texts = list(row_cuts(piece.text, maximum))
        else:
            code = piece.block.kind == "code"
            texts = list(cuts(piece.text, maximum if code else maximum - self._overlap, code))
        for text, tokens in zip(texts, counts(texts), strict=True):
            yield _Piece(piece.block, text, tokens)

    def _tail(self, held: Sequence[_Piece], following: _Piece) -> _Piece:
        """The end of a chunk that the next one repeats: nothing before or after code and table rows."""
        last = held[-1]
        if last.block.kind != "text" or following.block.kind != "text" or following.tokens + self._overlap > self._limit:
            return _NO_TAIL
        return _Piece(last.block, *ending(last.text, self._overlap))

    def _too_long(self, held: Sequence[_Piece], piece: _Piece) -> bool:
        return sum(len(other.text) for other in held) + len(piece.text) > CHARACTERS

    def _chunk(self, held: Sequence[_Piece], tail: _Piece) -> Chunk:
        kinds = {piece.block.kind for piece in held}
        text, starts = _joined(held)
        tokens = self._used + sum(piece.tokens for piece in held)
        overlap = 0
        if tail.text:
            tokens += counts([tail.text])[0]
            overlap = len(tail.text) + len(_APART)
            text = f"{tail.text}{_APART}{text}"
        kind = kinds.pop() if len(kinds) == 1 else "text"
        begins = [(0, tail.block.page), *((overlap + start, piece.block.page) for start, piece in zip(starts, held, strict=True))]
        page = held[0].block.page
        pictures = tuple(dict.fromkeys(name for piece in held for name in piece.block.pictures))
        return Chunk(text, "text" if kind == "heading" else kind, self._heading, page, tokens, overlap, _pages(begins), pictures)


def _joined(pieces: Sequence[_Piece]) -> tuple[str, list[int]]:
    """The pieces as one text, and where each begins in it."""
    text, starts = pieces[0].text, [0]
    for before, piece in pairwise(pieces):
        text += _between(before, piece)
        starts.append(len(text))
        text += piece.text
    return text, starts


def _between(before: _Piece, piece: _Piece) -> str:
    """What parts two pieces: nothing but a space where a sentence goes on in the next column or on the next page."""
    if before.block is piece.block or before.block.kind == piece.block.kind == "table":
        return "\n"
    one, two = before.block, piece.block
    near = one.page is not None and two.page is not None and two.page - one.page in (0, 1)
    unfinished = len(before.text) >= MIN_UNFINISHED and (before.text[-1].isalnum() or before.text[-1] == ",")
    goes_on = near and one.kind == two.kind == "text" and unfinished and piece.text[:1].islower()
    return " " if goes_on else _APART


def _pages(begins: Sequence[tuple[int, int | None]]) -> tuple[tuple[int, int], ...]:
    """The places where the page changes; blocks of no page are on that of the block before."""
    pages: list[tuple[int, int]] = []
    for start, page in begins:
        if page is not None and (not pages or pages[-1][1] != page):
            pages.append((start, page))
    return tuple(pages)
