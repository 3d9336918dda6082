"""Pictures of a short text, small enough that a test may recognise several."""

import io
import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from benchmarks.scans import CONDITIONS, Condition, scanned, set_page

TEXT = (
    "The keeper of the tide mill writes a line of his log every day, and on Sundays two.",
    "Flour for the bakeries in Falmouth leaves by the 6:40 boat; 25 sacks of 50 kg each are the most it carries.",
    "Whoever finds the sluice open after dark closes it, rings the bell and tells Mr. Penrose.",
)
_HEIGHT = 0.3  # of the page, which holds the text
CLEAN = CONDITIONS["clean, 300 dpi"]


def paper(condition: Condition = CLEAN, texts: tuple[str, ...] = TEXT) -> Image.Image:
    """The upper part of a page with the text."""
    page, held = set_page(texts)
    assert len(held) == len(texts)
    picture = scanned(page, condition)
    return picture.crop((0, 0, picture.width, round(picture.height * _HEIGHT)))


def packed(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def one_page_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock by which the time for recognition is over after one new page, however fast this machine is."""
    ticks = itertools.count(0, 100)
    monkeypatch.setattr("causeway.documents.readers.pictures.recogniser.time", SimpleNamespace(monotonic=lambda: next(ticks)))


def words(texts: tuple[str, ...] = TEXT) -> list[str]:
    return " ".join(texts).split()
