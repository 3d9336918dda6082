"""Diagrams that a PDF draws by lines and shapes: what is drawn next to a caption.

Without a caption, drawings are not looked for: rules, frames and tables are drawn the same way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from causeway.documents.readers.pdf.places import Box

_CELL = 12.0  # points: what is drawn in neighbouring cells belongs together
_AWAY = 60.0  # points between a diagram and its caption
_FEWEST = 6  # shapes of a diagram
_PART = 0.7  # of a diagram's area, by a picture in it
_SHORTEST = 36.0  # points of a side
_PAD = 6.0  # points around it, for what is written at its edges
_LAPS = 18.0  # points by which a rule around a diagram may be beyond its caption's edge
_MOST_CELLS = 2_000  # of one shape

Cell = tuple[int, int]


def diagrams_at(captions: Sequence[Box], shapes: Sequence[Box], pictures: Sequence[Box], page: Box) -> Iterator[tuple[Box, Box]]:
    """Diagrams, each with its caption. shapes: what the page draws, without what covers most of it. pictures: may be parts of a diagram;
    a caption whose picture is more than a part has no diagram.
    """
    if not captions or len(shapes) < _FEWEST:
        return
    told: list[Box] = []
    drawn = [box for box, count in _clusters([*shapes, *pictures]) if count >= _FEWEST and box.shortest >= _SHORTEST]
    pairs = [(_distance(caption, box), caption, box) for caption in captions for box in drawn]
    for distance, caption, box in sorted(pairs):
        if distance >= _AWAY or box not in drawn or caption in told:
            continue
        beside = [picture for picture in pictures if _distance(caption, picture) < _AWAY]
        if all(box.holds(picture) and picture.area < _PART * box.area for picture in beside):
            drawn.remove(box)
            told.append(caption)
            yield _padded(box, caption, page), caption


def _distance(caption: Box, box: Box) -> float:
    """From a caption up or down to a drawing; one below counts a little farther. Infinite where it is beside it."""
    if not caption.over(box):
        return float("inf")
    above, below = caption.top - box.bottom, box.top - caption.bottom
    if above >= -_LAPS:
        return max(above, 0.0)
    return below + 1 if below >= -_LAPS else float("inf")


def _padded(box: Box, caption: Box, page: Box) -> Box:
    """With room for labels at its edges, but not over its caption."""
    top, bottom = box.top - _PAD, box.bottom + _PAD
    if caption.top + caption.bottom > box.top + box.bottom:
        bottom = min(bottom, caption.top)
    else:
        top = max(top, caption.bottom)
    return Box(max(page.left, box.left - _PAD), max(page.top, top), min(page.right, box.right + _PAD), min(page.bottom, bottom))


def _clusters(shapes: Iterable[Box]) -> Iterator[tuple[Box, int]]:
    """What is drawn together, with the number of shapes."""
    cells: dict[Cell, list[Box]] = defaultdict(list)
    for shape in shapes:
        for cell in _cells(shape):
            cells[cell].append(shape)
    left = set(cells)
    while left:
        group = _group(left)
        held = {id(shape): shape for cell in group for shape in cells[cell]}
        whole = next(iter(held.values()))
        for shape in held.values():
            whole = whole.with_(shape)
        yield whole, len(held)


def _group(left: set[Cell]) -> Sequence[Cell]:
    """Takes cells that touch each other out of those that are left."""
    begun = left.pop()
    group, waiting = [begun], [begun]
    while waiting:
        across, down = waiting.pop()
        for cell in ((across + x, down + y) for x in (-1, 0, 1) for y in (-1, 0, 1)):
            if cell in left:
                left.remove(cell)
                group.append(cell)
                waiting.append(cell)
    return group


def _cells(shape: Box) -> Iterator[Cell]:
    """The cells that a shape is in; of a large one those of its edges, which its inside may be empty of."""
    left, top, right, bottom = (int(edge // _CELL) for edge in shape)
    if (right - left + 1) * (bottom - top + 1) <= _MOST_CELLS:
        yield from ((across, down) for across in range(left, right + 1) for down in range(top, bottom + 1))
        return
    yield from ((across, down) for across in range(left, right + 1) for down in (top, bottom))
    yield from ((across, down) for down in range(top, bottom + 1) for across in (left, right))
