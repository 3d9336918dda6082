"""Documents inserted as they are (w:altChunk) are read by the reader of their format, or reported."""

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Tally
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read
from tests.unit.documents.readers.word.parts import blocks_of, content_of, docx, p, tally_of, tbl, tc, texts_of, tr

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHUNK = '<w:altChunk r:id="rC"/>'
HTML = "<html><head><title>Rota</title></head><body><h1>Watering rota</h1><p>Orchids on Tuesdays.</p></body></html>"
MAIL = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset="windows-1252"\n'
    "Content-Transfer-Encoding: quoted-printable\n\n<html><body><h1>Watering rota</h1><p>Caf=E9 orchids on Tues=\ndays.</p></body></html>\n"
    "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"
)
HEADING = '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'
INNER = docx(p("Watering rota", style="H") + p("Orchids on Tuesdays."), styles=HEADING)
LEFT_OUT = "1 inserted document could not be read. Open the file in Word and save it again."


def holding(content: str | bytes, name: str, kind: str, body: str = CHUNK, external: str = "") -> bytes:
    parts = {} if external else {name: content}
    ending = name.rpartition(".")[2]
    return docx(body, parts=parts, links={"rC aFChunk": name}, types={ending: kind}, external=external)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (HTML, "a.html", "text/html"),
        (HTML, "a.htm", "text/html"),
        (HTML, "a.xhtml", "application/xhtml+xml"),
        (HTML, "a.dat", "text/html"),
        (MAIL.replace("Caf=E9 orchids", "Orchids"), "a.mht", "message/rfc822"),
        (INNER, "a.docx", f"{WORD}.main+xml"),
    ],
)
def test_an_inserted_document_is_read_in_its_place(content: str | bytes, name: str, kind: str) -> None:
    file = holding(content, name, kind, p("Before.") + CHUNK + p("After."))
    assert blocks_of(file) == [
        Block("text", "Before."),
        Block("heading", "Watering rota", 1),
        Block("text", "Orchids on Tuesdays."),
        Block("text", "After."),
    ]
    assert tally_of(file, "objects") == [Tally("objects", 1)]


def test_an_inserted_text_is_read() -> None:
    assert texts_of(holding("Orchids on Tuesdays.", "a.txt", "text/plain")) == ["Orchids on Tuesdays."]


def test_a_web_archive_is_decoded_by_the_charset_that_it_names() -> None:
    assert texts_of(holding(MAIL, "a.mht", "message/rfc822"))[1] == "Café orchids on Tuesdays."


def test_a_document_that_is_only_an_inserted_page_has_its_title() -> None:
    assert content_of(holding(HTML, "a.html", "text/html")).title == "Watering rota"


def test_an_inserted_document_in_a_cell_is_its_text() -> None:
    file = holding("Orchids", "a.txt", "text/plain", tbl(tr("Day", "Plants"), tr("May", tc(CHUNK + p("")))))
    assert texts_of(file) == ["Day: May; Plants: Orchids"]


RTF = r"{\rtf1 Orchids on Tuesdays}"


def test_a_format_that_is_not_read_is_reported_with_the_way_out() -> None:
    file = holding(RTF, "a.rtf", "application/rtf", p("Cover.") + CHUNK)
    assert texts_of(file) == ["Cover."]
    assert tally_of(file, "objects") == [Tally("objects", 0, 1, LEFT_OUT, len(RTF) // 2)]


@pytest.mark.parametrize(
    "file",
    [
        holding(RTF, "a.rtf", "application/rtf"),
        holding(b"PK\x03\x04 damaged", "a.docx", f"{WORD}.main+xml"),
        holding("", "http://example.org/a.html", "text/html", external="rC"),
        docx('<w:altChunk r:id="rNone"/>'),
        docx('<w:subDoc r:id="rNone"/>'),
    ],
)
def test_a_document_whose_only_text_cannot_be_read_is_refused_with_the_way_out(file: bytes) -> None:
    with pytest.raises(BadDocument, match=r"unread_part: .* Open the file in Word, save it again"):
        read(file, "a.docx")


def test_nothing_is_read_from_outside_the_file() -> None:
    file = holding("", "file:///etc/hostname", "text/plain", p("Cover.") + CHUNK, external="rC")
    assert texts_of(file) == ["Cover."]
    assert [tally.left_out for tally in tally_of(file, "objects")] == [1]


def test_an_inserted_word_file_may_insert_nothing_itself() -> None:
    inner = holding(HTML, "a.html", "text/html", p("Inner.") + CHUNK)
    file = holding(inner, "b.docx", f"{WORD}.main+xml", p("Outer.") + CHUNK)
    assert texts_of(file) == ["Outer.", "Inner."]
    assert [(tally.read, tally.left_out) for tally in tally_of(file, "objects")] == [(1, 0), (0, 1)]


def test_inserted_word_files_share_what_may_be_unpacked() -> None:
    inner = docx(p("Inner.") + "<!-- " + "x" * 60_000 + " -->")
    body = "".join(f'<w:altChunk r:id="rC{number}"/>' for number in range(3)) + p("Outer.")
    links = {f"rC{number} aFChunk": f"{number}.docx" for number in range(3)}
    file = docx(body, parts={f"{number}.docx": inner for number in range(3)}, links=links, types={"docx": f"{WORD}.main+xml"})
    assert [block.text for block in read(file, "a.docx", Limits(expanded=150_000)).blocks] == ["Inner.", "Inner.", "Outer."]
