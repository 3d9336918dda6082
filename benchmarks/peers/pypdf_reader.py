"""pypdf: the text of every page."""

from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader


def prepare() -> Callable[[Path], int]:
    return lambda path: len([page.extract_text() for page in PdfReader(path).pages])
