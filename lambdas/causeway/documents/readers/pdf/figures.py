"""The pictures on the pages of a PDF, drawn as a reader sees them: with what lies over them, and nothing that is cut off or covered.

Pictures that touch are one: files hold large ones in strips. A page's own picture, of a scan, is no figure. Diagrams made of lines are
found by their captions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium
from liteparse.types import AnnotationRect, LayoutBlock

from causeway.documents.content import Block
from causeway.documents.readers.album import Album, shows_nothing
from causeway.documents.readers.captions import captions_figure
from causeway.documents.readers.pdf.diagrams import diagrams_at
from causeway.documents.readers.pdf.drawn import Drawn, things_on
from causeway.documents.readers.pdf.layout import Sheet
from causeway.documents.readers.pdf.places import Box, seen
from causeway.documents.readers.pdf.survey import Survey
from causeway.documents.recognition import Recognition

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALE = 150 / 72  # pixels a point
_MOST_PIXELS = 3_500  # of a page's side
_COARSE = 0.5  # of that, where only differences are looked for
_SHAPES = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
_SHORTEST = 24.0  # points of a side: less is an icon or a rule
_WHOLE_PAGE = 0.8  # of the page's area: its background, or a scan
_HALF = 0.5  # of the page's area, by a picture whose writing was recognised
_REPEATED, _REPEATED_SHARE, _SMALL = 3, 0.3, 0.15  # pages with one picture in one place, of all pages; share of the page's area


@dataclass(frozen=True, slots=True)
class Figure:
    """caption: where it is, of a diagram that was found by it."""

    box: Box
    id: str
    caption: Box | None = None


Placed = tuple[Box, Box | None]
Figures = Mapping[int, Sequence[Figure]]  # by page


def figures_in(data: bytes, read: Sequence[Sheet], surveys: Sequence[Survey], recognition: Recognition, album: Album) -> Figures:
    """Keeps the pictures and diagrams of all pages that show something in the album."""
    captions = _captions(read)
    drawn = {number for number, survey in enumerate(surveys, 1) if number in captions and survey.drawings + survey.nested}
    pages = sorted(drawn | {number for number, survey in enumerate(surveys, 1) if survey.pictures})
    if not pages:
        return {}
    recognised = {page.number for page in recognition.pages}
    with pypdfium2.PdfDocument(data) as document:
        boxes = {number: list(_boxes(document, number, number in recognised, captions.get(number, ()), album)) for number in pages}
        repeated = _repeated(boxes, len(surveys))
        found: dict[int, list[Figure]] = defaultdict(list)
        for number, on_page in boxes.items():
            wanted = {box: caption for box, caption in on_page if _place(box) not in repeated}
            album.leave_out("ornaments", len(on_page) - len(wanted))
            for box, image in _drawn(document, number, list(wanted), album):
                name = album.add_drawn(image, number)
                found[number] += [Figure(box, name, wanted[box])] if name else []
    return found


def _captions(read: Sequence[Sheet]) -> Mapping[int, Sequence[Box]]:
    """Where captions of figures are, by page; those of upright text only."""
    found: dict[int, Sequence[Box]] = {}
    for sheet in read:
        if sheet.number not in found:
            found[sheet.number] = [_box(part.bbox) for part in sheet.blocks if part.bbox and captions_figure(part.text or "")]
    return {number: places for number, places in found.items() if places}


def with_figures(made: Sequence[tuple[LayoutBlock, Sequence[Block]]], sheet: Sheet, figures: Sequence[Figure]) -> list[Block]:
    """The blocks of a sheet with those that stand for its pictures, each behind the text that is above it.

    made: what each part of the layout became, in reading order.
    """
    after: dict[int, list[Block]] = defaultdict(list)
    for figure in sorted(figures, key=lambda figure: (figure.box.top, figure.box.left)):
        after[_place_of(figure, [part for part, _ in made])].append(Block("text", "", page=sheet.number, pictures=(figure.id,)))
    blocks = list(after[-1])
    for at, (_, some) in enumerate(made):
        blocks += [*some, *after[at]]
    return blocks


def _place_of(figure: Figure, parts: Sequence[LayoutBlock]) -> int:
    """The place of the part of the layout that a picture comes behind; -1 for none. Text beside a picture is in another column.

    What is written in the picture comes before it, unless that would part it from its caption above.
    """
    box = figure.box
    placed = [(at, part.bbox) for at, part in enumerate(parts) if part.bbox is not None]
    if (captioned := next((at for at, there in placed if _box(there) == figure.caption), None)) is not None:
        return captioned - 1
    inside = [at for at, there in placed if box.holds(_box(there))]
    outside = [(at, there) for at, there in placed if at not in inside]
    beside = any(there.y < box.bottom and box.top < there.y + there.height and not _over(there, box) for _, there in outside)
    middles = [(there.y + there.height / 2, at) for at, there in outside if not beside or _over(there, box)]
    middle = (box.top + box.bottom) / 2
    if above := [each for each in middles if each[0] <= middle]:
        last = max(above)[1]
        return last if captions_figure(parts[last].text or "") else max(last, *inside, -1)
    if inside:
        return max(inside)
    return min(middles)[1] - 1 if middles else len(parts) - 1


def _box(there: AnnotationRect) -> Box:
    return Box(there.x, there.y, there.x + there.width, there.y + there.height)


def _over(there: AnnotationRect, box: Box) -> bool:
    """Whether text is in the picture's column."""
    return there.x < box.right and box.left < there.x + there.width


def _boxes(document: Any, number: int, recognised: bool, captions: Sequence[Box], album: Album) -> Iterator[Placed]:
    """The places of a page's pictures and diagrams, these with their captions; but for the page's own picture and what is too small."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return
    width, height = page.get_size()
    largest = (_HALF if recognised else _WHOLE_PAGE) * width * height
    things = things_on(page)
    pictures = _of_kinds(page, things, (pdfium.FPDF_PAGEOBJ_IMAGE,), width, height)
    joined = [box for box in _joined([part for part in pictures if 0 < part.area <= largest]) if box.area <= largest]
    shapes = _of_kinds(page, things, _SHAPES, width, height) if captions else []
    page.close()
    diagrams = list(diagrams_at(captions, [shape for shape in shapes if shape.area <= largest], joined, Box(0, 0, width, height)))
    apart = [box for box in joined if not any(diagram.holds(box) for diagram, _ in diagrams)]
    whole = [box for box in apart if box.shortest >= _SHORTEST]
    album.leave_out("ornaments", len(apart) - len(whole))
    yield from ((box, None) for box in whole)
    yield from diagrams


def _of_kinds(page: Any, things: Sequence[Drawn], kinds: Sequence[int], width: float, height: float) -> list[Box]:
    return [box for drawn in things if drawn.kind in kinds and (box := seen(page, drawn.edges, width, height))]


def _joined(parts: Sequence[Box]) -> list[Box]:
    """Parts that touch as one."""
    joined: list[Box] = []
    for part in parts:
        whole = part
        while touching := [other for other in joined if other.near(whole)]:
            for other in touching:
                joined.remove(other)
                whole = whole.with_(other)
        joined.append(whole)
    return joined


def _place(box: Box) -> tuple[int, ...]:
    return tuple(round(edge / 4) for edge in box)


def _repeated(boxes: Mapping[int, Sequence[Placed]], pages: int) -> set[tuple[int, ...]]:
    """Places where many pages have a small picture."""
    small = Counter(_place(box) for on_page in boxes.values() for box, _ in on_page if box.area < _SMALL * 612 * 792)
    return {place for place, count in small.items() if count >= max(_REPEATED, _REPEATED_SHARE * pages)}


def _drawn(document: Any, number: int, boxes: Sequence[Box], album: Album) -> Iterator[tuple[Box, "Image"]]:
    if not boxes:
        return
    if album.is_full():
        album.leave_out("too many", len(boxes))
        return
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(_SCALE, _MOST_PIXELS / max(1.0, width, height))
    try:
        with album.working():
            whole = _rendered(page, scale)
            _hide_text(page)
            bare = _rendered(page, scale * _COARSE)
    except pypdfium2.PdfiumError:
        album.leave_out("damaged", len(boxes))
        return
    finally:
        page.close()
    for box in boxes:
        if shows_nothing(_cut(bare, box, scale * _COARSE)):
            album.leave_out("ornaments")  # the ground of a text
        else:
            yield box, _cut(whole, box, scale)


def _rendered(page: Any, scale: float) -> "Image":
    image: Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return image


def _hide_text(page: Any) -> None:
    for drawn in things_on(page):
        if drawn.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            pdfium.FPDFPageObj_SetIsActive(drawn.thing, False)


def _cut(image: "Image", box: Box, scale: float) -> "Image":
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
