import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from causeway.documents.bad import BadDocument
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read
from tests.unit.documents.making import drawn, heading, pdf, picture_only_pdf, prose, with_part, word
from tests.unit.documents.readers.epub.test_reader import book, page
from tests.unit.documents.readers.excel.making import sheet
from tests.unit.documents.readers.powerpoint.test_reader import deck

SMALL_WORD = word(lambda document: document.add_paragraph("Hello"))
SMALL_PDF = pdf([heading("Hello"), prose()])
SMALL_SHEET = sheet(["Title", "Shelf"], ["Kilns", "B4"])
SMALL_DECK = deck((5, lambda slide: setattr(slide.shapes.title, "text", "Hello")))
SMALL_BOOK = book({"a.xhtml": page("<p>Hello</p>")})
SMALL_MAIL = b"From: Ada <a@example.org>\nSubject: Hello\nContent-Type: text/plain\n\nHello\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def spreadsheet() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def encrypted_pdf() -> bytes:
    return pdf([prose()], encrypt=StandardEncryption("secret", strength=128))


def badly_packed_word() -> bytes:
    """The compressed document begins with a kind of block that does not exist."""
    with zipfile.ZipFile(io.BytesIO(SMALL_WORD)) as archive:
        entry = archive.getinfo("word/document.xml")
    damaged = bytearray(SMALL_WORD)
    names = damaged[entry.header_offset + 26 : entry.header_offset + 30]
    damaged[entry.header_offset + 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")] = 0xFF
    return bytes(damaged)


def flagged_word(flags: int) -> bytes:
    """A Word file whose parts carry these general purpose flags in the archive's directory and before each part."""
    made = bytearray(SMALL_WORD)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = made.find(signature)
        while place >= 0:
            made[place + offset] |= flags
            place = made.find(signature, place + 4)
    return bytes(made)


def picture_file() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((60, 60), 50).save(file, "PNG")
    return file.getvalue()


def bomb() -> bytes:
    """A PNG that says it has 60,000 times 60,000 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(20_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an empty file": ("a.md", lambda: b"", "empty"),
    "a file of blanks": ("a.txt", lambda: b" \n\n", "empty"),
    "a name without a known ending": ("a.xyz", spreadsheet, "unsupported"),
    "an archive": ("a.zip", spreadsheet, "archive"),
    "a kind of picture that is not read": ("a.gif", lambda: b"GIF89a" + bytes(64), "picture"),
    "a picture that is cut off": ("a.png", lambda: picture_file()[:-300], "damaged"),
    "a picture without writing": ("a.png", picture_file, "no_text"),
    "a picture that unpacks to gigabytes": ("a.png", bomb, "too_complex"),
    "a picture named PDF": ("a.pdf", picture_file, "wrong_extension"),
    "a Rich Text file": ("a.rtf", lambda: b"{\\rtf1 Hello}", "foreign_format"),
    "a Word file named Excel": ("a.xlsx", lambda: SMALL_WORD, "not_excel"),
    "a Word file named PowerPoint": ("a.pptx", lambda: SMALL_WORD, "not_powerpoint"),
    "a Word file named EPUB": ("a.epub", lambda: SMALL_WORD, "not_epub"),
    "a text named mail": ("a.eml", lambda: b"Just words.\n\nAnd more.", "not_mail"),
    "a truncated workbook": ("a.xlsx", lambda: SMALL_SHEET[: len(SMALL_SHEET) // 2], "truncated"),
    "a workbook with macros": ("a.xlsx", lambda: with_part(SMALL_SHEET, "xl/vbaProject.bin", b"macro"), "macros"),
    "a workbook that is a zip bomb": ("a.xlsx", lambda: with_part(SMALL_SHEET, "xl/media/big.bin", bytes(260 * 2**20)), "zip_bomb"),
    "an empty workbook": ("a.xlsx", lambda: sheet([]), "no_text"),
    "a table in Latin-1": ("a.csv", lambda: "Café;5".encode("latin-1"), "not_utf8"),
    "a Word file named PDF": ("a.pdf", lambda: SMALL_WORD, "wrong_extension"),
    "a PDF named Word": ("a.docx", lambda: SMALL_PDF, "wrong_extension"),
    "a PDF named Markdown": ("a.md", lambda: SMALL_PDF, "wrong_extension"),
    "a picture named HTML": ("a.html", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "wrong_extension"),
    "a text named PDF": ("a.pdf", lambda: b"just words", "wrong_extension"),
    "a spreadsheet named Word": ("a.docx", spreadsheet, "not_word"),
    "an encrypted PDF": ("a.pdf", encrypted_pdf, "encrypted"),
    "an encrypted Word file": ("a.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "an old Word file": ("a.docx", lambda: OLE, "legacy_word"),
    "an old Word file by name": ("a.doc", lambda: OLE, "legacy_word"),
    "a truncated PDF": ("a.pdf", lambda: SMALL_PDF[: len(SMALL_PDF) // 2], "truncated"),
    "a truncated Word file": ("a.docx", lambda: SMALL_WORD[: len(SMALL_WORD) // 2], "truncated"),
    "a Word file damaged in its packing": ("a.docx", badly_packed_word, "truncated"),
    "a Word file packed with a password": ("a.docx", lambda: flagged_word(0b001), "encrypted"),
    "a PDF of nothing but noise": ("a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4 + b"\nstartxref\n0\n%%EOF", "damaged"),
    "a zip bomb": ("a.docx", lambda: with_part(SMALL_WORD, "word/media/big.bin", bytes(260 * 2**20)), "zip_bomb"),
    "a Word file with macros": ("a.docx", lambda: with_part(SMALL_WORD, "word/vbaProject.bin", b"macro"), "macros"),
    "a macro-enabled Word file by name": ("a.docm", lambda: SMALL_WORD, "macros"),
    "a PDF of pictures": ("a.pdf", picture_only_pdf, "no_text"),
    "a blank PDF": ("a.pdf", lambda: drawn(lambda canvas: canvas.showPage()), "no_text"),
    "a page that is one long line": ("a.html", lambda: b"<p>" + b"word " * 300_000 + b"</p>", "one_long_line"),
    "a text in Latin-1": ("a.txt", lambda: "café".encode("latin-1"), "not_utf8"),
    "a text with NUL bytes": ("a.txt", lambda: b"a\0b", "binary"),
    "a page without words": ("a.html", lambda: b"<html><body><script>x()</script></body></html>", "no_text"),
    "a Word file without words": ("a.docx", lambda: word(lambda document: None), "no_text"),
    "a text over the limit": ("a.txt", lambda: b"word " * 1_100_000, "too_long"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_document_says_what_is_wrong_and_what_to_do(kind: str) -> None:
    name, make, code = BAD[kind]
    with pytest.raises(BadDocument) as caught:
        read_isolated(make(), name)
    assert caught.value.code == code
    assert caught.value.message.count(".") >= 2
    assert str(caught.value) == f"{code}: {caught.value.message}"


def test_a_word_file_packed_as_word_packs_it_is_read() -> None:
    assert read(flagged_word(0b110), "a.docx").blocks


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    with pytest.raises(BadDocument, match="too_many_pages"):
        read(SMALL_PDF, "a.pdf", Limits(pages=0))


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(BadDocument, match="too_slow"):
        read_isolated(SMALL_PDF, "a.pdf", Limits(seconds=0.0))


def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    """In a fresh process: this one may hold memory that other tests have freed, and using that again is no growth."""
    rows = "".join(f"<p>{number}</p>" for number in range(400_000))
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh, pytest.raises(BadDocument, match=r"too_complex|unreadable"):
        fresh.submit(read_isolated, rows.encode(), "a.html", Limits(memory=30 * 2**20)).result()


SMALL = [
    ("a.pdf", SMALL_PDF),
    ("a.docx", SMALL_WORD),
    ("a.xlsx", SMALL_SHEET),
    ("a.pptx", SMALL_DECK),
    ("a.epub", SMALL_BOOK),
    ("a.eml", SMALL_MAIL),
    ("a.csv", b"Title,Shelf\nKilns,B4\n"),
    ("a.png", picture_file()),
]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_content_or_a_reason_and_no_other_error(data: st.DataObject) -> None:
    name, source = data.draw(st.sampled_from(SMALL))
    damaged = bytearray(source)
    for place in data.draw(st.lists(st.integers(0, len(source) - 1), min_size=1, max_size=30)):
        damaged[place] = data.draw(st.integers(0, 255))
    with suppress(BadDocument):
        assert read_isolated(bytes(damaged), name).blocks


def test_a_word_file_with_an_entity_bomb_expands_nothing() -> None:
    file = io.BytesIO(SMALL_WORD)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = (
        f'<!DOCTYPE w [<!ENTITY e0 "boom">{entities}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    )
    bomb += "<w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target := io.BytesIO(), "w") as made:
        for entry in source.infolist():
            made.writestr(entry, bomb if entry.filename == "word/document.xml" else source.read(entry))
    with pytest.raises(BadDocument):
        read_isolated(target.getvalue(), "a.docx")


def test_a_minified_page_is_no_bad_document() -> None:
    page = "<p>" + "word " * 20 + "</p>"
    assert len(read_isolated((page * 15_000).encode(), "a.html").blocks) == 15_000


def test_marked_utf_16_and_declared_encodings_are_read() -> None:
    assert read("Grüße aus Bath".encode("utf-16"), "a.txt").blocks[0].text == "Grüße aus Bath"
    page = '<meta charset="windows-1252"><p>£5 – café</p>'
    assert read(page.encode("windows-1252"), "a.html").blocks[0].text == "£5 – café"


def test_a_small_word_file_reads_where_large_ones_are_refused() -> None:
    assert docx.Document(io.BytesIO(SMALL_WORD)).paragraphs
    assert read_isolated(SMALL_WORD, "folder/a guide.docx").title == "a guide"
