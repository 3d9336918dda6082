"""PDF to blocks: PDFium opens and mends the file, liteparse finds the layout; what is furniture, broken or lost is decided here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pypdfium2

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, grouped
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.pdf.annotations import Annotations
from causeway.documents.readers.pdf.blocks import Blocks
from causeway.documents.readers.pdf.file import opened, saved, title_of
from causeway.documents.readers.pdf.hyphens import Hyphens
from causeway.documents.readers.pdf.layout import Sheet, sheets
from causeway.documents.readers.pdf.raised import with_signs
from causeway.documents.readers.pdf.report import MIN_LETTERS, UNKNOWN, Found, report
from causeway.documents.readers.pdf.running import without_running_lines
from causeway.documents.readers.pdf.survey import Survey, surveyed
from causeway.language.detection import language_of

_SAMPLE = 20  # sheets that tell the language
MAX_UNKNOWN = 0.3  # of the characters of a page


def read_pdf(data: bytes, limits: Limits) -> Content:
    """Blocks of a PDF with their pages, and what was left out.

    Raises BadDocument: truncated, encrypted, damaged, too_many_pages, xfa_form, no_text_layer, garbled_text.
    """
    with opened(data, limits) as document:
        annotations = Annotations()
        surveys, changed = _prepared(document, annotations)
        named, attached, pages = title_of(document), document.count_attachments(), len(document)
        if changed or not data.startswith(b"%PDF-"):
            data = saved(document)
    read = list(sheets(data, pages, may_have_rules=any(survey.may_have_rules for survey in surveys)))
    running = without_running_lines(read)
    blocks = with_signs(_blocks(read, annotations), [survey.raised for survey in surveys])
    _check_text(blocks, surveys)
    garbled = _garbled(blocks)
    blocks = _without(garbled, blocks)
    kept = running.told(blocks)
    failed = frozenset(sheet.number for sheet in read if sheet.failed)
    found = Found(
        surveys, annotations.counts, attached, running.lines, sum(len(block.text.splitlines()) for block in kept), failed, garbled
    )
    return Content(_title(blocks) or named, _before_pages(kept, blocks), report=report(blocks, found))


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


def _blocks(read: Sequence[Sheet], annotations: Annotations) -> list[Block]:
    maker = Blocks()
    blocks = [maker.on(sheet) for sheet in read]
    language = language_of(" ".join(block.text for on_sheet in blocks[:_SAMPLE] for block in on_sheet))
    hyphens = Hyphens(language, [(sheet.number, sheet.items) for sheet in read])
    made: list[Block] = []
    for sheet, on_sheet in zip(read, blocks, strict=True):
        mended = hyphens.mended([block.text for block in on_sheet], sheet.number)
        made += [replace(block, text=annotations.told(text)) for block, text in zip(on_sheet, mended, strict=True)]
    return grouped(hyphens.joined(maker.levelled(made)))


def _before_pages(kept: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """All blocks by their pages; on a page, `kept` comes first."""
    return sorted([*kept, *blocks], key=lambda block: block.page or 0)


def _title(blocks: Sequence[Block]) -> str | None:
    first = [block for block in blocks if block.kind == "heading" and block.page == 1]
    return min(first, key=lambda block: block.level).text if first else None


def _check_text(blocks: Sequence[Block], surveys: Sequence[Survey]) -> None:
    text = "".join(block.text for block in blocks)
    letters = sum(map(str.isalnum, text))
    if not letters or (letters < MIN_LETTERS * len(surveys) and any(survey.pictures for survey in surveys)):
        message = "The PDF holds pictures of pages and no text. Run text recognition (OCR) on it and upload the result."
        raise BadDocument("no_text_layer", message)


def _garbled(blocks: Sequence[Block]) -> dict[int, int]:
    """Pages whose characters mostly do not say which letters they are, and how many characters each has."""
    unknown: Counter[int] = Counter()
    characters: Counter[int] = Counter()
    for block in blocks:
        unknown[block.page or 0] += len(UNKNOWN.findall(block.text))
        characters[block.page or 0] += len(block.text)
    return {page: count for page, count in characters.items() if unknown[page] > MAX_UNKNOWN * count}


def _without(garbled: dict[int, int], blocks: Sequence[Block]) -> list[Block]:
    clear = [block for block in blocks if block.page not in garbled]
    if not clear:
        raise BadDocument("garbled_text", "The PDF does not say which letters its characters are. Export it again with its fonts embedded.")
    return clear
