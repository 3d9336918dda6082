"""pdfplumber: the text and the tables of every page."""

from collections.abc import Callable
from pathlib import Path

import pdfplumber


def prepare() -> Callable[[Path], int]:
    def read(path: Path) -> int:
        with pdfplumber.open(path) as document:
            return len([(page.extract_text(), page.extract_tables()) for page in document.pages])

    return read
