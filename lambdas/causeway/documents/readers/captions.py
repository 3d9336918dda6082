"""Which text is a picture's caption, and beside which block a picture stands.

Method: a caption begins with a word such as "Figure" and a number, and goes on like a heading or after a stop ("Figure 2: the harbour");
or its author has marked it as one. A picture takes the caption next to it, the one below it unless the document has its captions above.
Where it fails: a caption without a number that no author has marked is text like any other.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from causeway.documents.content import Block
from causeway.safety.references import FIGURE

_CAPTION = re.compile(rf"\W{{0,3}}{FIGURE}\s*(?:[:.|)\u2014\u2013-]|$|\n|\s(?=[^\W\d_a-z]|\())")
_OF_A_TABLE = re.compile(r"\W{0,3}(?:table|tabelle|tableau|tabla|tabella|tabela|таблица|表)\b", re.IGNORECASE)
_ASIDE = 3  # blocks that hold only pictures, between one of them and its caption
SHOWN = 300  # characters of a caption


def is_caption(block: Block) -> bool:
    marked = block.caption and not _OF_A_TABLE.match(block.text)
    return block.kind in ("text", "heading") and (marked or bool(_CAPTION.match(block.text)))


def captions_figure(text: str) -> bool:
    """Whether a text begins as the numbered caption of a figure."""
    return bool(_CAPTION.match(text))


def placed(blocks: Sequence[Block], known: Collection[str]) -> list[Block]:
    """The blocks that say something, each with the pictures beside it. known: ids of the pictures that are kept."""
    made = [_without_others(block, known) if block.pictures else block for block in blocks]
    if any(block.pictures for block in made):
        for at, beside in list(_beside(made)):
            caption = made[beside].caption or is_caption(made[beside])
            pictures = tuple(dict.fromkeys((*made[beside].pictures, *made[at].pictures)))
            made[beside] = replace(made[beside], pictures=pictures, caption=caption)
    said = [block for block in made if block.text.strip()]
    return [replace(block, caption=False) if block.caption and not block.pictures else block for block in said]


def _without_others(block: Block, known: Collection[str]) -> Block:
    return replace(block, pictures=tuple(name for name in block.pictures if name in known))


def captions(blocks: Sequence[Block]) -> Mapping[str, str]:
    """What is said of each picture, by its id, in at most 300 characters."""
    said: dict[str, str] = {}
    for block in blocks:
        for name in block.pictures:
            if block.caption and (name not in said or _CAPTION.match(block.text)):
                said[name] = _short(block.text)
    return said


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1].rsplit(' ', 1)[0]}\u2026"


def _beside(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Places of blocks with pictures, each with that of the block that its pictures belong to."""
    shown = [at for at, block in enumerate(blocks) if block.pictures]
    sides = {at: (_caption(blocks, at, -1), _caption(blocks, at, 1)) for at in shown}
    above = sum(before is not None and after is None for before, after in sides.values())
    below = sum(before is None and after is not None for before, after in sides.values())
    for at, (before, after) in sides.items():
        first, second = (before, after) if above > below else (after, before)
        caption = first if first is not None else second
        if is_caption(blocks[at]):
            yield at, at
        if caption is not None and not _CAPTION.match(blocks[at].text) and (_CAPTION.match(blocks[caption].text) or not blocks[at].caption):
            yield at, caption
        elif not blocks[at].text.strip() and (near := _neighbour(blocks, at)) is not None:
            yield at, near


def _caption(blocks: Sequence[Block], at: int, step: int) -> int | None:
    """The place of the caption next to a picture in one direction, beyond others that share it."""
    for place in range(at + step, at + step * (_ASIDE + 2), step):
        if not 0 <= place < len(blocks):
            return None
        if blocks[place].text.strip() and not (blocks[place].pictures and blocks[place].caption and not _CAPTION.match(blocks[place].text)):
            return place if is_caption(blocks[place]) else None
    return None


def _neighbour(blocks: Sequence[Block], at: int) -> int | None:
    """The text before a picture, unless a heading or the end of a page parts them; else the one after it."""
    before = next((place for place in range(at - 1, -1, -1) if blocks[place].text.strip()), None)
    after = next((place for place in range(at + 1, len(blocks)) if blocks[place].text.strip()), None)
    near = [place for place in (before, after) if place is not None and blocks[place].kind != "heading"]
    return next((place for place in near if blocks[place].page == blocks[at].page), next(iter([*near, before, after]), None))
