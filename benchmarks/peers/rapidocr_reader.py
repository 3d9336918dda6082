"""The text in a picture by RapidOCR, line after line from the top."""

from collections.abc import Callable
from pathlib import Path

from rapidocr import RapidOCR


def prepare() -> Callable[[Path], str]:
    engine = RapidOCR()
    return lambda path: "\n".join(engine(str(path)).txts or ())
