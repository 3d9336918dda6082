"""Workbooks for tests, made by openpyxl, and by XlsxWriter where texts are to be shared and formulas to have results."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import xlsxwriter

from causeway.documents.content import Block, Content
from causeway.documents.readers.reading import read


def workbook(build: Callable[[Any], object]) -> bytes:
    """A workbook with one sheet, "Stock", and whatever `build` does to it."""
    made = openpyxl.Workbook()
    made.active.title = "Stock"
    build(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def sheet(*rows: list[Any]) -> bytes:
    """A workbook with these rows from A1 on; an empty list is an empty row."""

    def build(made: Any) -> None:
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                made.active.cell(number, column, value)

    return workbook(build)


def written(write: Callable[[Any], object]) -> bytes:
    """A workbook of XlsxWriter with one sheet, on which `write` is called."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        write(made.add_worksheet("Stock"))
    return file.getvalue()


def changed(file: bytes, changes: Mapping[str, Callable[[str], str]]) -> bytes:
    """An archive with some parts written anew."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            data = source.read(entry)
            change = changes.get(entry.filename)
            made.writestr(entry.filename, change(data.decode()) if change else data)
    return target.getvalue()


def content(file: bytes) -> Content:
    return read(file, "stock.xlsx")


def lines(file: bytes) -> list[str]:
    """The texts below the heading of the first sheet."""
    return [block.text for block in content(file).blocks if block.kind != "heading"]


def blocks(file: bytes) -> list[Block]:
    return list(content(file).blocks)


def told(file: bytes) -> list[str]:
    """Why something was left out."""
    return [tally.why for tally in content(file).report if tally.left_out]
