"""What an author hid is not read, and is counted."""

import pytest

from tests.unit.documents.readers.word.parts import docx, p, r, tally_of, tbl, texts_of, tr

HIDDEN = "<w:vanish/>"


def style(style_id: str, kind: str, inner: str, based_on: str = "", default: bool = False) -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    mark = ' w:default="1"' if default else ""
    return f'<w:style w:type="{kind}" w:styleId="{style_id}"{mark}><w:name w:val="{style_id}"/>{base}<w:rPr>{inner}</w:rPr></w:style>'


def test_a_hidden_run_is_left_out_of_its_sentence_and_counted() -> None:
    file = docx(p(r("The understudy ") + r("knows the fault and ", HIDDEN) + r("waits.")))
    assert texts_of(file) == ["The understudy waits."]
    assert [(tally.read, tally.left_out, tally.lost) for tally in tally_of(file, "hidden text")] == [(0, 1, 0)]


@pytest.mark.parametrize("off", ["0", "false", "off"])
def test_hiding_that_is_switched_off_hides_nothing(off: str) -> None:
    assert texts_of(docx(p(r("shown", f'<w:vanish w:val="{off}"/>')))) == ["shown"]


def test_text_hidden_only_in_a_browser_is_read() -> None:
    assert texts_of(docx(p(r("printed", "<w:webHidden/>")))) == ["printed"]


def test_a_character_style_hides_and_so_do_those_based_on_it() -> None:
    styles = style("Secret", "character", HIDDEN) + style("Deeper", "character", "<w:b/>", "Secret")
    body = p(r("a ") + r("b ", '<w:rStyle w:val="Secret"/>') + r("c ", '<w:rStyle w:val="Deeper"/>') + r("d"))
    assert texts_of(docx(body, styles=styles)) == ["a d"]


def test_a_style_based_on_a_hidden_one_may_show_its_text_again() -> None:
    styles = style("Secret", "character", HIDDEN) + style("Open", "character", '<w:vanish w:val="0"/>', "Secret")
    assert texts_of(docx(p(r("shown", '<w:rStyle w:val="Open"/>')), styles=styles)) == ["shown"]


def test_a_paragraph_style_hides_unless_the_run_says_otherwise() -> None:
    styles = style("Note", "paragraph", HIDDEN)
    body = p(r("hidden ") + r("shown", '<w:vanish w:val="0"/>'), style="Note") + p("next")
    assert texts_of(docx(body, styles=styles)) == ["shownnext"]


def test_the_default_paragraph_style_hides_paragraphs_without_a_style() -> None:
    styles = style("N", "paragraph", HIDDEN, default=True) + style("Open", "paragraph", "")
    assert texts_of(docx(p("hidden") + p("shown", style="Open"), styles=styles)) == ["shown"]


def test_two_styles_that_hide_switch_each_other_off_as_the_standard_says() -> None:
    styles = style("Para", "paragraph", HIDDEN) + style("Char", "character", HIDDEN)
    body = p(r("hidden") + r("shown", '<w:rStyle w:val="Char"/>'), '<w:rPr><w:vanish w:val="0"/></w:rPr>', style="Para")
    assert texts_of(docx(body, styles=styles)) == ["shown"]


def test_the_documents_defaults_hide_what_does_not_show_itself() -> None:
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{HIDDEN}</w:rPr></w:rPrDefault></w:docDefaults>"
    assert texts_of(docx(p(r("hidden ") + r("shown", '<w:vanish w:val="0"/>')), styles=defaults)) == ["shown"]


def test_a_hidden_paragraph_end_joins_the_paragraphs_around_it() -> None:
    body = p("The gate is ", "<w:rPr><w:vanish/></w:rPr>") + p("locked at nine.")
    assert texts_of(docx(body)) == ["The gate is locked at nine."]


def test_a_hidden_paragraph_leaves_no_trace_between_its_neighbours() -> None:
    body = p("before") + p(r("secret", HIDDEN), "<w:rPr><w:vanish/></w:rPr>") + p("after") + tbl(tr(p_cell("k"), "v"))
    assert texts_of(docx(body)) == ["before", "after", "k; v"]


def p_cell(text: str) -> str:
    return f"<w:tc>{p(r('hidden ', HIDDEN) + r(text))}</w:tc>"


def test_a_style_separator_parts_the_heading_from_the_text_in_its_line() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>'
    body = p("Payment.", "<w:rPr><w:vanish/><w:specVanish/></w:rPr>", style="H") + p("The buyer pays in May.")
    assert texts_of(docx(body, styles=styles)) == ["Payment.", "The buyer pays in May."]


def test_a_field_that_begins_in_hidden_text_still_ends() -> None:
    begin = f'<w:r><w:rPr>{HIDDEN}</w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
    rest = '<w:r><w:instrText> XE "word" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert texts_of(docx(p(begin + rest + r("shown")))) == ["shown"]


def test_tracked_deletions_are_dropped_and_counted_and_insertions_are_read() -> None:
    deleted = "<w:del w:id='1'><w:r><w:delText>100</w:delText></w:r></w:del>"
    file = docx(p(r("The limit is ") + deleted + f"<w:ins w:id='2'>{r('200')}</w:ins>"))
    assert texts_of(file) == ["The limit is 200"]
    assert [tally.left_out for tally in tally_of(file, "hidden text")] == [1]


def test_moved_text_is_read_where_it_went() -> None:
    left, arrived = f"<w:moveFrom w:id='1'>{r('The fee. ')}</w:moveFrom>", f"<w:moveTo w:id='2'>{r('The fee.')}</w:moveTo>"
    assert texts_of(docx(p(left + r("First.")) + p(arrived))) == ["First.", "The fee."]


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    body = p("The gate ", "<w:rPr><w:del w:id='1'/></w:rPr>") + p("is locked.")
    assert texts_of(docx(body)) == ["The gate is locked."]


def test_deleted_rows_and_cells_are_dropped() -> None:
    deleted = tr("gone", "99", properties="<w:del w:id='1'/>")
    cell = "<w:tc><w:tcPr><w:cellDel w:id='2'/></w:tcPr><w:p><w:r><w:t>old</w:t></w:r></w:p></w:tc>"
    assert texts_of(docx(tbl(tr("Name", "Fee"), deleted, tr("Holt", cell, "35")))) == ["Name: Holt; Fee: 35"]
