"""PDF to blocks: PDFium opens and mends the file, liteparse finds the layout; what is furniture, broken or lost is decided here."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, grouped
from causeway.documents.readers.album import Album
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.pdf.annotations import Annotations
from causeway.documents.readers.pdf.blocks import Blocks
from causeway.documents.readers.pdf.figures import Figures, figures_in
from causeway.documents.readers.pdf.file import opened, saved, title_of
from causeway.documents.readers.pdf.hyphens import Hyphens
from causeway.documents.readers.pdf.layout import Sheet, sheets
from causeway.documents.readers.pdf.raised import with_signs
from causeway.documents.readers.pdf.report import MIN_LETTERS, Found, report
from causeway.documents.readers.pdf.running import without_running_lines
from causeway.documents.readers.pdf.scanned import garbled_pages, recognised_in, with_recognised
from causeway.documents.readers.pdf.survey import Survey, surveyed
from causeway.documents.readers.pictures.report import has_writing_left, unrecognised
from causeway.documents.recognition import RecognisedPage, Recognition
from causeway.language.detection import language_of

_SAMPLE = 20  # sheets that tell the language


@dataclass(frozen=True, slots=True)
class Source:
    """A document beside its sheets. surveys: one for each page. attached: files embedded in it. figures: pictures on its pages."""

    surveys: Sequence[Survey]
    annotations: Annotations
    named: str | None = None
    attached: int = 0
    figures: Figures = field(default_factory=dict)


def read_pdf(data: bytes, limits: Limits, known: Sequence[RecognisedPage] = ()) -> Content:
    """Blocks of a PDF with their pages, and what was left out.

    known: pages that an earlier call has recognised.
    Raises BadDocument: truncated, encrypted, damaged, too_many_pages, xfa_form, unrecognised, garbled_text, no_text.
    """
    begun, original = time.monotonic(), data
    with opened(data, limits) as document:
        annotations = Annotations()
        surveys, changed = _prepared(document, annotations)
        source, pages = Source(surveys, annotations, title_of(document), document.count_attachments()), len(document)
        if changed or not data.startswith(b"%PDF-"):
            data = saved(document)
    read = list(sheets(data, pages, may_have_rules=any(survey.may_have_rules for survey in surveys)))
    left = replace(limits, recognition=limits.recognition - (time.monotonic() - begun))
    recognition = recognised_in(original, read, surveys, left, known)
    album = Album(limits)
    figures = {} if recognition.goes_on else figures_in(original, read, surveys, recognition, album)
    return album.put_into(content_of(with_recognised(read, recognition), replace(source, figures=figures), recognition))


def content_of(read: Sequence[Sheet], source: Source, recognition: Recognition) -> Content:
    """read: the sheets of all pages, in order. Without any words, where pages are left to recognise, no reason is given.

    Raises BadDocument: unrecognised, garbled_text, no_text.
    """
    running = without_running_lines(read)
    blocks = with_signs(_blocks(read, source), [survey.raised for survey in source.surveys])
    _check_text(blocks, source.surveys, recognition)
    garbled = garbled_pages(blocks)
    blocks = _without(garbled, blocks, recognition)
    kept = running.told(blocks)
    failed = frozenset(sheet.number for sheet in read if sheet.failed)
    said = sum(len(block.text.splitlines()) for block in kept)
    found = Found(source.surveys, source.annotations.counts, source.attached, running.lines, said, failed, garbled, recognition)
    told = report(blocks, found)
    return Content(_title(blocks) or source.named, _before_pages(kept, blocks), report=told, recognition=recognition)


def _prepared(document: Any, annotations: Annotations) -> tuple[list[Survey], bool]:
    """A survey of each page, and whether the document was changed for the layout to be found."""
    surveys, changed = [], False
    for index in range(len(document)):
        page = _page(document, index)
        if page is None:
            surveys.append(Survey())
            continue
        put = annotations.put(page)
        surveys.append(surveyed(document, index, page))
        changed = changed or put or surveys[-1].changed
        page.close()
    return surveys, changed


def _page(document: Any, index: int) -> Any:
    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None


def _blocks(read: Sequence[Sheet], source: Source) -> list[Block]:
    maker, figures = Blocks(), dict(source.figures)
    blocks = [maker.on(sheet, figures.pop(sheet.number, ())) for sheet in read]
    language = language_of(" ".join(block.text for on_sheet in blocks[:_SAMPLE] for block in on_sheet))
    hyphens = Hyphens(language, [(sheet.number, sheet.items) for sheet in read])
    made: list[Block] = []
    for sheet, on_sheet in zip(read, blocks, strict=True):
        mended = hyphens.mended([block.text for block in on_sheet], sheet.number)
        made += [replace(block, text=source.annotations.told(text)) for block, text in zip(on_sheet, mended, strict=True)]
    return grouped(hyphens.joined(maker.levelled(made)))


def _before_pages(kept: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """All blocks by their pages; on a page, `kept` comes first."""
    return sorted([*kept, *blocks], key=lambda block: block.page or 0)


def _title(blocks: Sequence[Block]) -> str | None:
    first = [block for block in blocks if block.kind == "heading" and block.page == 1]
    return min(first, key=lambda block: block.level).text if first else None


def _check_text(blocks: Sequence[Block], surveys: Sequence[Survey], recognition: Recognition) -> None:
    letters = sum(sum(map(str.isalnum, block.text)) for block in blocks)
    if recognition.goes_on:
        return
    if letters < MIN_LETTERS * len(surveys) and has_writing_left(recognition) and not recognition.sure:
        raise unrecognised(recognition)
    if not letters:
        raise BadDocument("no_text", "The document holds no text. Check that the right file was uploaded.")


def _without(garbled: dict[int, int], blocks: Sequence[Block], recognition: Recognition) -> list[Block]:
    clear = [block for block in blocks if block.page not in garbled]
    if not clear and not recognition.goes_on:
        raise BadDocument("garbled_text", "The PDF does not say which letters its characters are. Export it again with its fonts embedded.")
    return clear
