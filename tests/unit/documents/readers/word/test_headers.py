"""Page headers and footers are read once each, without page numbers."""

import pytest

from causeway.documents.content import Tally
from tests.unit.documents.readers.word.parts import content_of, docx, p, r, root, tally_of, tbl, texts_of, tr

TYPES = {"default": "", "first": "<w:titlePg/>", "even": ""}


def field(instruction: str, result: str = "2") -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText> {instruction} </w:instrText></w:r>{marks[1]}{r(result)}{marks[2]}"


def paged(*sections: dict[str, str], settings: str = "", body: str = p("Two crossings a day."), more: str = "") -> bytes:
    """A document with sections whose headers ("header default") and footers have this content."""
    parts: dict[str, str] = {"settings.xml": root("settings", settings)} if settings else {}
    links = {"rS settings": "settings.xml"} if settings else {}
    made = ""
    for number, section in enumerate(sections):
        references = ""
        for key, inner in section.items():
            kind, which = key.split()
            name = f"{kind}{number}{which}.xml"
            parts[name] = root("hdr" if kind == "header" else "ftr", inner)
            links[f"r{number}{kind}{which} {kind}"] = name
            references += f'<w:{kind}Reference w:type="{which}" r:id="r{number}{kind}{which}"/>'
        properties = f"<w:sectPr>{references}{more}</w:sectPr>"
        made += properties if number == len(sections) - 1 else p(f"Part {number}.", properties)
    return docx(body + made, parts=parts, links=links)


def test_header_and_footer_come_before_the_body_and_are_counted() -> None:
    file = paged({"header default": p("Contract BF-77031"), "footer default": p("Valid until 2029")})
    assert texts_of(file) == ["Contract BF-77031", "Valid until 2029", "Two crossings a day."]
    assert tally_of(file, "headers") == [Tally("headers", 2)]


def test_what_every_section_repeats_is_said_once() -> None:
    file = paged({"header default": p("Contract 7") + p("Part one")}, {"header default": p("CONTRACT  7") + p("Part two")})
    assert texts_of(file) == ["Contract 7\nPart one", "Part two", "Two crossings a day.", "Part 0."]


def test_no_row_of_a_table_in_a_header_names_the_columns_of_the_others() -> None:
    rows = tbl(tr("Customer", "Tolland Quarry", "Rev. 3"), tr("Ship", "Heron", ""), tr("", "", ""))
    assert texts_of(paged({"header default": rows})) == ["Customer; Tolland Quarry; Rev. 3\nShip; Heron", "Two crossings a day."]


def test_headers_of_first_and_even_pages_are_read_where_the_document_shows_them() -> None:
    sections = {"header default": p("odd"), "header first": p("first"), "header even": p("even")}
    shown = paged(sections, settings="<w:evenAndOddHeaders/>", more="<w:titlePg/>")
    assert texts_of(shown) == ["odd", "first", "even", "Two crossings a day."]
    hidden = paged(sections, more='<w:titlePg w:val="0"/>')
    assert texts_of(hidden) == ["odd", "Two crossings a day."]
    assert tally_of(hidden, "headers") == [
        Tally("headers", 1, 2, "2 page headers or footers shown on no page were not read."),
    ]


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("Page ", " of ", ""),
        ("", "", ""),
        ("- ", "", " -"),
        ("Seite ", " von ", ""),
        ("第", "页 共", "页"),
        ("PAGE ", "/", ""),
        ("(", " / ", ")"),
    ],
)
def test_page_numbers_and_the_words_around_them_are_dropped(before: str, between: str, after: str) -> None:
    line = p(r(before) + field("PAGE") + r(between) + field("NUMPAGES \\* MERGEFORMAT", "9") + r(after))
    assert texts_of(paged({"footer default": line})) == ["Two crossings a day."]


@pytest.mark.parametrize(
    ("before", "after"),
    [("Seite ", " von 12"), ("Page ", " of 9"), ("", "/12"), ("- ", " / 120 -"), ("Página ", " de 7"), ("第", "页 共9页")],
)
def test_a_number_of_pages_that_was_typed_by_hand_is_dropped_with_the_page_number(before: str, after: str) -> None:
    assert texts_of(paged({"footer default": p(r(before) + field("PAGE") + r(after))})) == ["Two crossings a day."]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [("Page ", " of BF-77031", "Page of BF-77031"), ("Form 12 page ", "", "Form 12 page"), ("Page ", " of lease 12", "Page of lease 12")],
)
def test_a_number_that_is_no_number_of_pages_stays(before: str, after: str, kept: str) -> None:
    assert texts_of(paged({"footer default": p(r(before) + field("PAGE") + r(after))}))[0] == kept


def test_a_word_beside_a_page_number_is_kept_unless_it_only_says_that_it_is_one() -> None:
    assert texts_of(paged({"footer default": p(r("Confidential ") + field("PAGE"))}))[0] == "Confidential"
    assert texts_of(paged({"footer default": p(r("BF-77031 - Page ") + field("PAGE"))}))[0] == "BF-77031"


def test_what_stands_beside_a_page_number_stays() -> None:
    simple = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    tabbed = p(r("Emergency 0555 010 442") + "<w:r><w:tab/></w:r>" + r("Seite ") + simple)
    assert texts_of(paged({"footer default": tabbed}))[0] == "Emergency 0555 010 442"
    piped = p(r("Tolland Quarry | Page ") + field("PAGE"))
    assert texts_of(paged({"footer default": piped}))[0] == "Tolland Quarry"
    sentence = p(r("The contract BF-77031 has ") + field("NUMPAGES") + r(" pages in all"))
    assert texts_of(paged({"footer default": sentence}))[0] == "The contract BF-77031 has pages in all"


def test_a_header_with_tables_text_boxes_and_controls_is_read() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('boxed')}</w:txbxContent></v:textbox></w:pict></w:r>"
    inner = f"<w:sdt><w:sdtContent>{p('in a control')}</w:sdtContent></w:sdt>" + tbl(tr("Contract", "7")) + p(box)
    assert texts_of(paged({"header default": inner}))[0] == "in a control\nContract; 7\nboxed"


def test_a_header_that_repeats_the_title_says_nothing_new() -> None:
    styles_title = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    header = root("hdr", p("Ferry charter"))
    body = p("Ferry charter", style="T") + p("Two crossings.") + '<w:sectPr><w:headerReference w:type="default" r:id="rH"/></w:sectPr>'
    content = content_of(docx(body, styles=styles_title, parts={"h.xml": header}, links={"rH header": "h.xml"}))
    assert (content.title, [block.text for block in content.blocks]) == ("Ferry charter", ["Two crossings."])


def test_a_page_number_in_the_body_is_what_word_shows() -> None:
    assert texts_of(docx(p(r("See page ") + field("PAGEREF _Ref1", "12") + r(".")))) == ["See page 12."]
