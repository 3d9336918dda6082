"""Excel (.xlsx) to blocks: each sheet with its name as heading, and each row of its tables with the names of the columns."""

from collections.abc import Iterator
from typing import Any

from causeway.documents.content import Block, Content
from causeway.documents.readers.excel.findings import Findings
from causeway.documents.readers.excel.sheet import lines_of
from causeway.documents.readers.excel.workbook import Sheet, Workbook, workbook_of
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.drawings import described, words_of
from causeway.documents.readers.office.findings import OBJECT
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.programs import EXCEL
from causeway.documents.readers.office.xml import A
from causeway.documents.readers.sheets import blocks_of_sheet

_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def read_excel(data: bytes, limits: Limits) -> Content:
    """Content of an .xlsx file, without hidden sheets, rows and columns.

    Raises BadDocument: truncated, zip_bomb, macros, encrypted, not_excel, too_long.
    """
    package = Package(data, limits, EXCEL)
    workbook, findings = workbook_of(package), Findings()
    blocks: list[Block] = []
    room = limits.characters
    for sheet in workbook.sheets:
        if not _is_read(sheet, findings):
            continue
        read = list(_blocks(workbook, sheet, findings, room))
        room -= sum(len(block.text) for block in read)
        if read:
            blocks += [Block("heading", sheet.name, 1), *read]
    return Content(package.said("title").strip() or None, blocks, package.language, findings.report())


def _is_read(sheet: Sheet, findings: Findings) -> bool:
    if sheet.hidden:
        findings.add("sheets hidden")
    elif not sheet.part:
        findings.add("sheets damaged")
    else:
        findings.add("sheets")
        return True
    return False


def _blocks(workbook: Workbook, sheet: Sheet, findings: Findings, room: int) -> Iterator[Block]:
    if sheet.kind == "worksheet":
        yield from blocks_of_sheet(lines_of(workbook, sheet, findings, room))
    package = workbook.package
    for part in package.parts(sheet.part, "comments", "threadedComment")[:1]:
        findings.add("comments", sum(1 for _ in package.xml(part).iter("{*}comment", "{*}threadedComment")))
    for part in package.parts(sheet.part, "drawing"):
        yield from _drawn(package.xml(part), findings)


def _drawn(drawing: Any, findings: Findings) -> Iterator[Block]:
    """The words on what lies over the cells."""
    for shape in drawing.iter(f"{_XDR}sp", f"{_XDR}pic", f"{_XDR}graphicFrame"):
        text = described(shape)
        if shape.tag == f"{_XDR}sp":
            text = "\n".join(filter(str.strip, map(words_of, shape.iter(f"{A}p"))))
        elif shape.tag == f"{_XDR}pic":
            findings.add("pictures" if text else "pictures untold")
        else:
            findings.add("charts", lost=OBJECT)
        if text:
            yield Block("text", text)
