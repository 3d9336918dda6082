"""The text of a paragraph as Word shows it: characters, fields, controls, alternatives."""

import pytest

from causeway.documents.content import Block, Tally
from tests.unit.documents.readers.word.parts import blocks_of, docx, p, r, tally_of, texts_of


def mark(kind: str, inner: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'


def code(instruction: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'


def field(instruction: str, result: str) -> str:
    shown = result if result.startswith("<") else r(result)
    return f"{mark('begin')}{code(instruction)}{mark('separate')}{shown}{mark('end')}"


def sdt(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:noBreakHyphen/>", "a-b"),
        ("<w:softHyphen/>", "ab"),
        ("<w:tab/>", "a\tb"),
        ('<w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/>', "a\tb"),
        ("<w:br/>", "a\nb"),
        ('<w:br w:type="page"/>', "a\nb"),
        ("<w:cr/>", "a\nb"),
        ("<w:lastRenderedPageBreak/>", "ab"),
        ('<w:sym w:font="Symbol" w:char="F061"/>', "aαb"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "a≥b"),
        ('<w:sym w:font="Wingdings" w:char="F0E0"/>', "a→b"),
        ('<w:sym w:font="Wingdings" w:char="00FE"/>', "a☑b"),
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "a☑b"),
        ('<w:sym w:font="MS Gothic" w:char="2612"/>', "a☒b"),
        ("<w:annotationRef/>", "ab"),
    ],
)
def test_characters_with_elements_of_their_own_are_what_they_show(xml: str, text: str) -> None:
    assert texts_of(docx(p(f"<w:r><w:t>a</w:t>{xml}<w:t>b</w:t></w:r>"))) == [text]


@pytest.mark.parametrize("character", ['w:font="Webdings" w:char="F041"', 'w:font="Wingdings" w:char="F021"', 'w:font="Arial" w:char="zz"'])
def test_a_symbol_without_a_known_meaning_is_counted(character: str) -> None:
    file = docx(p(r("a") + f"<w:r><w:sym {character}/></w:r>"))
    assert texts_of(file) == ["a"]
    assert [(tally.left_out, tally.lost) for tally in tally_of(file, "characters")] == [(1, 1)]


def test_a_private_character_of_a_symbol_font_is_what_it_shows() -> None:
    def typed(font: str, text: str) -> str:
        return r(text, f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>')

    file = docx(p(typed("Wingdings", "\uf0fe") + r(" agreed ") + typed("Symbol", "x \uf0b3 3") + typed("Own", "\uf041")))
    assert texts_of(file) == ["☑ agreed x ≥ 3"]
    assert [tally.left_out for tally in tally_of(file, "characters")] == [1]


def test_a_fields_result_is_read_and_its_instruction_is_not() -> None:
    assert texts_of(docx(p(r("See ") + field("REF _Ref1 \\h", "clause 7.2") + r(".")))) == ["See clause 7.2."]
    simple = '<w:fldSimple w:instr=" DATE "><w:r><w:t>1 May</w:t></w:r></w:fldSimple>'
    assert texts_of(docx(p(r("On ") + simple))) == ["On 1 May"]


def test_results_inside_an_instruction_are_not_read() -> None:
    condition = f"{mark('begin')}{code('IF')}{field('PAGE', '99')}{code('= 1 yes no')}{mark('separate')}{r('no')}{mark('end')}"
    assert texts_of(docx(p(r("Answer: ") + condition))) == ["Answer: no"]


def test_a_field_inside_a_result_is_read() -> None:
    assert texts_of(docx(p(field('HYPERLINK "x"', r("go to ") + field("REF a", "Fees"))))) == ["go to Fees"]


def test_a_field_that_never_ends_swallows_nothing() -> None:
    assert texts_of(docx(p(r("a ") + mark("begin") + code("DATE")) + p("b") + p("c"))) == ["a", "b", "c"]
    assert texts_of(docx(p(mark("end") + r("a ") + mark("begin")) + p("b"))) == ["a", "b"]


def test_a_table_of_contents_is_left_out_and_counted_however_it_is_written() -> None:
    lines = p(mark("begin") + code('TOC \\o "1-3"') + mark("separate") + r("Fees") + "<w:r><w:tab/></w:r>" + field("PAGEREF _T1", "4"))
    lines += p(r("Terms 9") + mark("end"))
    for body in (lines, sdt('<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>', p("Contents") + lines)):
        file = docx(body + p("Fees are due."))
        assert texts_of(file) == ["Fees are due."]
        assert tally_of(file, "furniture") == [Tally("furniture", 0, 1, "1 table of contents was left out: the headings say the same.")]


def test_a_number_that_only_word_computes_is_counted() -> None:
    file = docx(p(mark("begin") + code("LISTNUM") + mark("end") + r("The fee is due.")))
    assert texts_of(file) == ["The fee is due."]
    assert [(tally.left_out, tally.lost) for tally in tally_of(file, "fields")] == [(1, 3)]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("<w:checkBox><w:sizeAuto/><w:default w:val='0'/><w:checked/></w:checkBox>", "☒"),
        ("<w:checkBox><w:default w:val='1'/></w:checkBox>", "☒"),
        ("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>", "☐"),
        ("<w:ddList><w:result w:val='1'/><w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList>", "blue"),
        ("<w:ddList><w:default w:val='1'/><w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList>", "blue"),
        ("<w:ddList><w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList>", "red"),
    ],
)
def test_check_boxes_and_drop_downs_of_forms_show_their_value(data: str, shown: str) -> None:
    begin = mark("begin", f"<w:ffData><w:name w:val='n'/>{data}</w:ffData>")
    assert texts_of(docx(p(r("Choice: ") + begin + code("FORM") + mark("end")))) == [f"Choice: {shown}"]


def test_a_text_field_of_a_form_shows_what_was_filled_in() -> None:
    begin = mark("begin", "<w:ffData><w:textInput><w:default w:val='name'/></w:textInput></w:ffData>")
    assert texts_of(docx(p(r("Name: ") + begin + code("FORMTEXT") + mark("separate") + r("Odalys Brandt") + mark("end")))) == [
        "Name: Odalys Brandt"
    ]


def test_a_drop_down_a_date_and_a_rich_text_control_show_their_value() -> None:
    choice = sdt('<w:dropDownList><w:listItem w:displayText="North" w:value="1"/></w:dropDownList>', r("South"))
    date = sdt('<w:date w:fullDate="2026-05-01T00:00:00Z"/>', r("1 May 2026"))
    assert texts_of(docx(p(r("Area: ") + choice + r(", since ") + date))) == ["Area: South, since 1 May 2026"]


@pytest.mark.parametrize(
    ("state", "content", "shown"),
    [
        ("1", r("☒"), "☒"),
        ("0", r("☐"), "☐"),
        ("1", '<w:r><w:sym w:font="Webdings" w:char="F031"/></w:r>', "☒"),
        ("0", '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "☐"),
        ("1", "", "☒"),
        ("1", r("\uf052"), "☒"),
    ],
)
def test_a_check_box_control_shows_its_state(state: str, content: str, shown: str) -> None:
    box = sdt(f'<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>', content)
    assert texts_of(docx(p(box + r(" Visor worn")))) == [f"{shown} Visor worn"]


def test_ruby_bases_stay_one_word_and_their_readings_follow() -> None:
    def ruby(base: str, reading: str) -> str:
        return f"<w:r><w:ruby><w:rubyPr/><w:rt>{r(reading)}</w:rt><w:rubyBase>{r(base)}</w:rubyBase></w:ruby></w:r>"

    assert texts_of(docx(p(ruby("東", "とう") + ruby("京", "きょう") + r("に行く。")))) == ["東京(とうきょう)に行く。"]


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ((("10", ""), ("6", "superscript"), (" boats", "")), "10^6 boats"),
        ((("10", ""), ("-", "superscript"), ("6", "superscript"), (" m", "")), "10^-6 m"),
        ((("40 m", ""), ("2", "superscript"), (" of CO", ""), ("2", "subscript")), "40 m^2 of CO2"),
        ((("1", ""), ("st", "superscript"), (" of May", "")), "1st of May"),
        ((("101", ""), ("2", "subscript"), (" is five", "")), "101_2 is five"),
        ((("10", ""), ("6", "baseline")), "106"),
    ],
)
def test_raised_and_lowered_numbers_make_no_other_number(runs: tuple[tuple[str, str], ...], text: str) -> None:
    made = "".join(r(said, f'<w:vertAlign w:val="{how}"/>' if how else "") for said, how in runs)
    assert texts_of(docx(p(made))) == [text]


def test_links_smart_tags_and_text_directions_are_transparent() -> None:
    link = f'<w:hyperlink r:id="rId9">{r("rules")}</w:hyperlink>'
    tag = f'<w:smartTag w:uri="u" w:element="e"><w:smartTagPr/>{r("Bath")}</w:smartTag>'
    assert texts_of(docx(p(r("The ") + link + r(" of ") + tag + f'<w:dir w:val="rtl">{r(" hold")}</w:dir>'))) == ["The rules of Bath hold"]


FALLBACK = "<mc:Fallback>{c}</mc:Fallback>"
KNOWN, UNKNOWN, PART = (f'<mc:Choice Requires="{names}">{{}}</mc:Choice>' for names in ("wps", "x99", "w14 x99"))
ALTERNATIVES = {
    "the first known choice": (KNOWN.format("{a}") + KNOWN.format("{b}") + FALLBACK, "a"),
    "a later known choice": (UNKNOWN.format("{a}") + KNOWN.format("{b}") + FALLBACK, "b"),
    "the fallback": (PART.format("{a}") + FALLBACK, "c"),
    "nothing": (UNKNOWN.format("{a}"), ""),
}


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_one_of_several_ways_to_write_a_text_is_read(name: str) -> None:
    branches, shown = ALTERNATIVES[name]
    inner = branches.format(a="<w:t>a</w:t>", b="<w:t>b</w:t>", c="<w:t>c</w:t>")
    run = f"<w:r><mc:AlternateContent>{inner}</mc:AlternateContent></w:r>"
    assert texts_of(docx(p(r("It says ") + run))) == [f"It says {shown}".strip()]
    blocks = branches.format(a=p("a"), b=p("b"), c=p("c"))
    assert texts_of(docx(p("It says") + f"<mc:AlternateContent>{blocks}</mc:AlternateContent>")) == ["It says", *filter(None, [shown])]


def test_text_boxes_are_blocks_behind_their_paragraph() -> None:
    box = f"<w:r><w:drawing><wps:txbx><w:txbxContent>{p('Ring twice')}{p('Wait')}</w:txbxContent></wps:txbx></w:drawing></w:r>"
    assert blocks_of(docx(p(r("Door") + box) + p("Next"))) == [Block("text", text) for text in ("Door", "Ring twice", "Wait", "Next")]
