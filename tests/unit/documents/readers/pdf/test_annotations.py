"""Annotations that show text on the page, and those that do not."""

import pytest

from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.pdfs import annotation, appearance, line, written

BEFORE, AFTER = "The herb garden has six beds along the wall.", "The gate is locked at dusk by the warden."
PROSE = line(BEFORE, 740) + line(AFTER, 600)
BOX = "72 660 330 682"


def read(*annotations: str, objects: tuple[str, ...] = (), page: str = "", content: str = PROSE) -> Content:
    return read_pdf(written([{"content": content, "annotations": annotations, "page": page}], objects=objects), DEFAULT)


def texts(content: Content) -> list[str]:
    return [block.text for block in content.blocks]


def left_out(content: Content) -> dict[str, int]:
    return {tally.part: tally.left_out for tally in content.report if tally.left_out}


@pytest.mark.parametrize("more", ["", "/IT /FreeTextTypeWriter", "/IT /FreeTextCallout /CL [60 600 72 670]"])
def test_a_text_box_a_typewriter_line_and_a_callout_are_read_where_they_are(more: str) -> None:
    content = read(annotation("FreeText", BOX, f"{more} /Contents (Bed three is reserved for wormwood.) /DA (/Helv 11 Tf)"))
    assert texts(content) == [BEFORE, "Bed three is reserved for wormwood.", AFTER]
    assert not left_out(content)


def test_a_text_box_of_several_lines_is_one_text() -> None:
    content = read(annotation("FreeText", "72 620 200 700", r"/Contents (Bed three\ris reserved\rfor wormwood.)"))
    assert texts(content) == [BEFORE, "Bed three is reserved for wormwood.", AFTER]


def test_a_text_box_that_has_its_text_only_as_rich_text_is_read() -> None:
    rich = (
        '<?xml version="1.0"?><body xmlns="http://www.w3.org/1999/xhtml"><p>Bed <b>th</b>ree &amp; four</p><p>are<br/>reserved.</p></body>'
    )
    assert texts(read(annotation("FreeText", BOX, f"/RC ({rich})"))) == [BEFORE, "Bed three & four are reserved.", AFTER]


@pytest.mark.parametrize("kind", ["Stamp", "FreeText", "Watermark", "Polygon"])
def test_text_that_only_an_appearance_holds_is_read(kind: str) -> None:
    drawing = appearance("BT /F1 11 Tf 2 4 Td (Paid in full on 3 May) Tj ET")
    assert texts(read(annotation(kind, "72 660 272 680", "/AP << /N 4 0 R >>"), objects=(drawing,))) == [
        BEFORE,
        "Paid in full on 3 May",
        AFTER,
    ]


@pytest.mark.parametrize(
    ("turned", "matrices", "box"),
    [
        (90, ("0 1 -1 0 100 72", "0 1 -1 0 300 72"), "190 72 210 400"),
        (180, ("-1 0 0 -1 520 100", "-1 0 0 -1 520 300"), "200 190 520 210"),
        (270, ("0 -1 1 0 500 770", "0 -1 1 0 300 770"), "390 400 410 770"),
    ],
)
def test_a_text_box_on_a_page_that_is_shown_turned_is_read_in_its_place(turned: int, matrices: tuple[str, str], box: str) -> None:
    drawing = "".join(f"q BT /F1 11 Tf {at} Tm ({text}) Tj ET Q\n" for at, text in zip(matrices, (BEFORE, AFTER), strict=True))
    content = read(annotation("FreeText", box, "/Contents (Bed three is reserved.)"), page=f"/Rotate {turned}", content=drawing)
    assert texts(content) == [BEFORE, "Bed three is reserved.", AFTER]


def test_an_annotation_of_the_second_page_is_read_there() -> None:
    box = annotation("FreeText", BOX, "/Contents (Bed three is reserved.)")
    content = read_pdf(written([{"content": PROSE}, {"content": PROSE, "annotations": [box]}]), DEFAULT)
    assert [block.page for block in content.blocks if block.text == "Bed three is reserved."] == [2]


def test_letters_beyond_latin_are_read_from_a_text_box() -> None:
    words = "Грядка три"
    content = read(annotation("FreeText", BOX, f"/Contents <feff{words.encode('utf-16-be').hex()}>"))
    assert texts(content)[1] == words


@pytest.mark.parametrize("kind", ["Text", "Highlight", "StrikeOut", "Ink", "Caret"])
def test_a_readers_note_is_no_text_of_the_document_and_is_counted(kind: str) -> None:
    content = read(annotation(kind, "100 730 200 750", "/QuadPoints [100 750 200 750 100 730 200 730] /Contents (Check this.)"))
    assert texts(content) == [BEFORE, AFTER]
    assert left_out(content) == {"comments": 1}


@pytest.mark.parametrize("flag", [2, 32])
def test_a_hidden_text_box_is_not_read_and_is_counted(flag: int) -> None:
    content = read(annotation("FreeText", BOX, "/Contents (A secret.)").replace("/F 4", f"/F {flag}"))
    assert texts(content) == [BEFORE, AFTER]
    assert left_out(content) == {"hidden text": 1}


def test_links_and_popups_are_neither_read_nor_counted() -> None:
    content = read(annotation("Link", BOX, "/A << /S /URI /URI (https://example.org) >>"), annotation("Popup", BOX, "/Contents (x)"))
    assert texts(content) == [BEFORE, AFTER]
    assert not left_out(content)


def test_an_attached_file_is_counted() -> None:
    assert left_out(read(annotation("FileAttachment", "300 300 320 320"))) == {"objects": 1}
