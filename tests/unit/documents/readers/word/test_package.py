"""Parts are found by their relationships; nothing outside the file is read and nothing in it is expanded."""

import re
from pathlib import Path

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.readers.reading import read
from tests.unit.documents.readers.word.parts import MAIN, blocks_of, docx, num, p, packed, r, relationships, root, tbl, texts_of, tr

STYLES = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'
NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="7"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
RULES = p("Rules", style="H") + p("Pay.", num(1)) + tbl(tr("A", "B"), tr("1", "2")) + p("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>")
READ = [Block("heading", "Rules", 1), Block("text", "7. Pay."), Block("table", "A: 1; B: 2"), Block("text", "x=1")]


@pytest.mark.parametrize("main", ["word/document.xml", "word/document2.xml", "doc/main/body.xml", "content.xml"])
def test_the_document_is_found_wherever_the_file_keeps_it(main: str) -> None:
    assert blocks_of(docx(RULES, styles=STYLES, numbering=NUMBERING, main=main)) == READ


def test_a_file_of_strict_open_xml_is_read_as_any_other() -> None:
    def strict(text: str) -> str:
        return re.sub(r"http://schemas\.openxmlformats\.org/(\w+)/2006/", r"http://purl.oclc.org/ooxml/\1/", text)

    file = packed({
        "[Content_Types].xml": f'<Types xmlns="t"><Override PartName="/d.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": strict(relationships({"rId1 officeDocument": "d.xml"})),
        "_rels/d.xml.rels": strict(relationships({"rId1 styles": "s.xml", "rId2 numbering": "n.xml"})),
        "d.xml": strict(root("document", f"<w:body>{RULES}</w:body>")),
        "s.xml": strict(root("styles", STYLES)),
        "n.xml": strict(root("numbering", NUMBERING)),
    })  # fmt: skip
    assert blocks_of(file) == READ


def test_a_part_in_utf_16_is_read() -> None:
    declared = '<?xml version="1.0" encoding="UTF-16"?>'
    file = docx(RULES, parts={"styles.xml": (declared + root("styles", STYLES)).encode("utf-16")}, links={"r1 styles": "styles.xml"})
    assert blocks_of(file)[0] == Block("heading", "Rules", 1)


def test_names_of_parts_may_be_absolute_written_with_backslashes_or_in_other_case() -> None:
    files = {"r1 styles": "/word/Styles.xml"}
    assert blocks_of(docx(RULES, parts={"styles.xml": root("styles", STYLES)}, links=files))[0].kind == "heading"


def test_a_relationship_to_a_part_that_is_missing_refuses_nothing() -> None:
    assert texts_of(docx(p("Rules"), links={"r1 styles": "../NULL", "r2 footnotes": "gone.xml", "r3 header": "gone2.xml"})) == ["Rules"]


@pytest.mark.parametrize("part", ["styles", "numbering", "footnotes"])
def test_a_part_that_is_damaged_refuses_the_file(part: str) -> None:
    with pytest.raises(BadDocument, match="truncated"):
        read(docx(p("x"), parts={f"{part}.xml": "<w:styles"}, links={f"r1 {part}": f"{part}.xml"}), "a.docx")


def test_an_archive_of_a_kind_not_known_is_refused_as_damaged() -> None:
    file = bytearray(docx(p("x")))
    entry = file.find(b"PK\x01\x02")
    file[entry + 6 : entry + 8] = (255).to_bytes(2, "little")
    with pytest.raises(BadDocument, match="truncated"):
        read(bytes(file), "a.docx")


def test_a_file_whose_document_declares_macros_is_refused() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    file = packed({
        "[Content_Types].xml": f'<Types xmlns="t"><Override PartName="/d.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": relationships({"rId1 officeDocument": "d.xml"}),
        "d.xml": root("document", f"<w:body>{p('x')}</w:body>"),
    })  # fmt: skip
    with pytest.raises(BadDocument, match="macros"):
        read(file, "a.docx")


def test_a_spreadsheet_with_all_its_parts_is_no_word_file() -> None:
    with pytest.raises(BadDocument, match="not_word"):
        read(
            packed({
                "[Content_Types].xml": "<Types xmlns='t'/>",
                "_rels/.rels": relationships({"rId1 officeDocument": "xl/workbook.xml"}),
                "xl/workbook.xml": "<workbook xmlns='s'/>",
            }),
            "a.docx",
        )  # fmt: skip


def test_an_entity_of_the_machine_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    body = root("document", f"<w:body>{p(r('a ') + '<w:r><w:t>&amp;b;</w:t></w:r>')}</w:body>").replace("&amp;b;", "&b;")
    declared = f'<!DOCTYPE d [<!ENTITY b SYSTEM "{secret.as_uri()}">]>{body}'
    file = packed({
        "[Content_Types].xml": f'<Types xmlns="t"><Override PartName="/d.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": relationships({"rId1 officeDocument": "d.xml"}),
        "d.xml": declared,
    })  # fmt: skip
    assert texts_of(file) == ["a"]


def test_controls_nested_without_end_give_text_or_a_reason() -> None:
    def nested(depth: int) -> bytes:
        return docx("<w:sdt><w:sdtContent>" * depth + p("deep") + "</w:sdtContent></w:sdt>" * depth)

    assert texts_of(nested(100)) == ["deep"]
    with pytest.raises(BadDocument, match=r"too_complex|truncated"):
        read_isolated(nested(3_000), "a.docx")


def test_tables_nested_deep_are_read() -> None:
    nested = p("core")
    for _ in range(50):
        nested = tbl(f"<w:tr><w:tc>{nested}</w:tc></w:tr>")
    assert texts_of(docx(nested)) == ["core"]
