import io
import zipfile
from collections.abc import Mapping

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
META = "<dc:title>On Kilns</dc:title><dc:creator>Ada Byron</dc:creator><dc:language>en-GB</dc:language>"
XHTML = "application/xhtml+xml"


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><script src="x"/></head><body>{body}</body></html>'
    )


def book(
    pages: Mapping[str, str],
    *,
    items: str = "",
    spine: str = "",
    meta: str = META,
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """A book with these pages in reading order. items: more of the manifest. spine: attributes of it. parts: more of the archive."""
    manifest = "".join(f'<item id="i{at}" href="{name}" media-type="{XHTML}"/>' for at, name in enumerate(pages))
    order = "".join(f'<itemref idref="i{at}"/>' for at in range(len(pages)))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        f"<metadata>{meta}</metadata><manifest>{manifest}{items}</manifest><spine {spine}>{order}</spine></package>"
    )
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf}
    files |= {f"OEBPS/{name}": body for name, body in pages.items() if body} | dict(parts or {})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return target.getvalue()


def content(file: bytes) -> Content:
    return read(file, "book.epub")


def test_chapters_are_read_in_the_order_of_the_spine() -> None:
    made = content(book({"z.xhtml": page("<h1>One</h1><p>First.</p>"), "a.xhtml": page("<h1>Two</h1><p>Second.</p>")}))
    assert (made.title, made.language) == ("On Kilns", "en")
    assert made.blocks == [
        Block("text", "By Ada Byron"),
        Block("heading", "One", 1),
        Block("text", "First."),
        Block("heading", "Two", 1),
        Block("text", "Second."),
    ]


def test_elements_that_close_themselves_hide_nothing() -> None:
    made = content(book({"a.xhtml": page('<p><a id="p1"/>Before<span class="x"/> and after.<br/>Next.</p><div/><p>Last.</p>')}))
    assert [block.text for block in made.blocks[1:]] == ["Before and after.\nNext.", "Last."]


def test_the_table_of_contents_is_left_out_and_names_chapters_without_a_heading() -> None:
    contents = page('<nav epub:type="toc"><ol><li><a href="a%20b.xhtml#x">Of Clay</a></li></ol></nav>')
    item = f'<item id="nav" href="nav.xhtml" media-type="{XHTML}" properties="nav"/>'
    made = content(book({"a b.xhtml": page("<p>Clay is soft.</p>")}, items=item, parts={"OEBPS/nav.xhtml": contents}))
    assert made.blocks[1:] == [Block("heading", "Of Clay", 1), Block("text", "Clay is soft.")]


def test_the_older_table_of_contents_names_chapters_too() -> None:
    ncx = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Of Clay</text></navLabel>'
        '<content src="a.xhtml"/></navPoint></navMap></ncx>'
    )
    item = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    made = content(book({"a.xhtml": page("<p>Clay is soft.</p>")}, items=item, spine='toc="ncx"', parts={"OEBPS/toc.ncx": ncx}))
    assert made.blocks[1] == Block("heading", "Of Clay", 1)


def test_notes_and_tables_are_read() -> None:
    body = '<p>Clay.<a epub:type="noteref" href="#n">1</a></p><aside epub:type="footnote" id="n"><p>1 Of Bath.</p></aside>'
    made = content(book({"a.xhtml": page(f"{body}<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>")}))
    assert [block.text for block in made.blocks[1:]] == ["Clay.1", "1 Of Bath.", "A: 1; B: 2"]


def test_missing_chapters_are_told() -> None:
    made = content(book({"a.xhtml": page("<p>Clay.</p>"), "gone.xhtml": ""}))
    assert [tally.why for tally in made.report if tally.left_out] == ["A chapter of the book is missing in the file."]


def test_a_protected_book_is_refused_and_one_with_hidden_fonts_is_read() -> None:
    def sealed(algorithm: str, name: str) -> dict[str, str]:
        data = (
            '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
            f'<e:EncryptedData><e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData><e:CipherReference URI="{name}"/>'
            "</e:CipherData></e:EncryptedData></encryption>"
        )
        return {"META-INF/encryption.xml": data}

    pages = {"a.xhtml": page("<p>Clay.</p>")}
    assert content(book(pages, parts=sealed("http://www.idpf.org/2008/embedding", "OEBPS/font.otf"))).blocks[-1].text == "Clay."
    with pytest.raises(BadDocument, match="encrypted"):
        content(book(pages, parts=sealed("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/a.xhtml")))


def test_other_archives_damaged_books_and_bombs_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "words")
    with pytest.raises(BadDocument, match="not_epub"):
        content(target.getvalue())
    file = book({"a.xhtml": page("<p>Clay.</p>")})
    with pytest.raises(BadDocument, match="truncated"):
        content(file[: len(file) // 2])
    with pytest.raises(BadDocument, match="truncated"):
        content(file.replace(b"<package", b"<packago"))
    with pytest.raises(BadDocument, match="zip_bomb"):
        read(file, "book.epub", Limits(expanded=100))
    with pytest.raises(BadDocument, match="too_long"):
        read(file, "book.epub", Limits(characters=4))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE package [<!ENTITY e0 "boom">{entities}]><package><metadata>&e8;</metadata></package>'
    with pytest.raises(BadDocument):
        content(book({"a.xhtml": page("<p>x</p>")}, parts={"OEBPS/book.opf": bomb}))
