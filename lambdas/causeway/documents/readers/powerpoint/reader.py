"""PowerPoint (.pptx) to blocks: each slide that is shown with its title as heading, its number as page, and the speaker's notes."""

from collections.abc import Iterator
from math import inf
from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, grouped
from causeway.documents.readers.album import Album
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.programs import POWERPOINT
from causeway.documents.readers.office.xml import R, number
from causeway.documents.readers.powerpoint.findings import Findings
from causeway.documents.readers.powerpoint.shapes import P, Shapes, lines_of

_SHORT = 100  # characters of a first line that may stand for a missing title
_OFF = frozenset({"0", "false", "off"})


def read_powerpoint(data: bytes, limits: Limits) -> Content:
    """Content of a .pptx file, without hidden slides.

    Raises BadDocument: truncated, zip_bomb, macros, encrypted, not_powerpoint, too_many_pages.
    """
    package, findings = Package(data, limits, POWERPOINT), Findings()
    slides = list(_slides(package))
    if len(slides) > limits.pages:
        raise BadDocument("too_many_pages", f"The presentation has {len(slides):,} slides; at most {limits.pages:,} are read. Split it.")
    said: set[str] = set()
    album = Album(limits)
    blocks = [block for page, part in enumerate(slides, 1) for block in _blocks(package, part, page, findings, said, album)]
    title = package.said("title").strip() or next((block.text for block in blocks if block.kind == "heading"), None)
    return album.put_into(Content(title, grouped(blocks), package.language, findings.report()))


def _slides(package: Package) -> Iterator[str]:
    """The parts of the slides in their order, "" for one that the file lacks."""
    relations = package.relations(package.main)
    for slide in package.document.iter(f"{P}sldId"):
        relation = relations.get(slide.get(f"{R}id", ""))
        yield relation.target if relation and not relation.external and package.has(relation.target) else ""


def _blocks(package: Package, part: str, page: int, findings: Findings, said: set[str], album: Album) -> Iterator[Block]:
    """said: lines of several slides that were read already; each is read once."""
    if not part:
        findings.add("slides damaged")
        return
    root = package.xml(part)
    if root.get("show") in _OFF:
        findings.add("slides hidden")
        return
    findings.add("slides")
    slide = Shapes(package, part, page, findings, _half(package), album).slide(root)
    notes = list(_notes(package, part, findings))
    running = [line for line in dict.fromkeys([*slide.running, *_standing(package, part, root)]) if line not in said]
    said.update(running)
    if slide.blocks or notes or slide.title or running:
        yield Block("heading", slide.title or _stand_in(slide.blocks, page), 1, page)
    yield from slide.blocks
    yield from (Block("text", line, page=page) for line in running)
    yield from (Block("text", f"Speaker notes: {note}", page=page) for note in notes)
    for name in package.parts(part, "comments"):
        findings.add("comments", sum(1 for _ in package.xml(name).iter("{*}cm")))


def _stand_in(blocks: list[Block], page: int) -> str:
    """What heads a slide without a title: its first line, if that is short, so that it is not read under the title before."""
    first = next((block.text for block in blocks if block.kind == "text"), "").partition("\n")[0].removeprefix("- ")
    return first if 0 < len(first) <= _SHORT else f"Slide {page}"


def _standing(package: Package, part: str, root: Any) -> Iterator[str]:
    """The lines that a slide shows of its layout, and of its layout's master."""
    for kind in ("slideLayout", "slideMaster"):
        if root.get("showMasterSp") in _OFF:
            return
        part = next(iter(package.parts(part, kind)), "")
        if not part:
            return
        root = package.xml(part)
        yield from Shapes(package, part, 0, Findings(), inf).standing(root)


def _notes(package: Package, part: str, findings: Findings) -> Iterator[str]:
    for name in package.parts(part, "notesSlide"):
        for shape in package.xml(name).iter(f"{P}sp"):
            place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            text = "\n".join(lines_of(shape)) if place is not None and place.get("type") == "body" else ""
            if text:
                findings.add("notes")
                yield text


def _half(package: Package) -> float:
    """Half the area of a slide, in square EMU."""
    size = package.document.find(f"{P}sldSz")
    width, height = (0, 0) if size is None else (number(size.get("cx")) or 0, number(size.get("cy")) or 0)
    return width * height / 2 if width * height else inf
