"""Rows and cells wherever the file keeps them, with their spans."""

from causeway.documents.content import Block
from tests.unit.documents.readers.word.parts import blocks_of, docx, p, tally_of, tbl, tc, texts_of, tr

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
HEADER = "<w:tblHeader/>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def control(inner: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def custom(inner: str) -> str:
    return f'<w:customXml w:element="row"><w:customXmlPr/>{inner}</w:customXml>'


def inserted(inner: str) -> str:
    return f"<w:ins w:id='1'>{inner}</w:ins>"


def test_a_cell_merged_over_rows_is_said_in_each_of_them() -> None:
    rows = (
        tr("District", "Quarter", "Lamps"),
        tr(tc("Northreach", RESTART), "Spring", "310"),
        tr(tc("", CONTINUE), "Summer", "420"),
        tr(tc("", '<w:vMerge w:val="continue"/>'), "Autumn", "275"),
        tr("Southreach", "Spring", "198"),
    )
    assert blocks_of(docx(tbl(*rows))) == [
        Block("table", "District: Northreach; Quarter: Spring; Lamps: 310"),
        Block("table", "District: Northreach; Quarter: Summer; Lamps: 420"),
        Block("table", "District: Northreach; Quarter: Autumn; Lamps: 275"),
        Block("table", "District: Southreach; Quarter: Spring; Lamps: 198"),
    ]


def test_a_cell_over_two_columns_moves_the_next_one_to_its_own() -> None:
    rows = tr("District", "Quarter", "Ordered", "Reserve"), tr("South", tc("works stopped", span(2)), "44")
    assert texts_of(docx(tbl(*rows))) == ["District: South; Quarter, Ordered: works stopped; Reserve: 44"]


def test_a_cell_may_span_rows_and_columns() -> None:
    rows = tr("A", "B", "C"), tr(tc("both", span(2) + RESTART), "1"), tr(tc("", span(2) + CONTINUE), "2")
    assert texts_of(docx(tbl(*rows))) == ["A, B: both; C: 1", "A, B: both; C: 2"]


def test_cells_merged_in_words_old_way_are_one() -> None:
    row = tr(tc("late", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "9")
    assert texts_of(docx(tbl(tr("A", "B", "C"), row))) == ["A, B: late; C: 9"]


def test_words_that_a_merged_cell_covers_are_counted() -> None:
    file = docx(tbl(tr("A", "B"), tr(tc("x", RESTART), "1"), tr(tc("covered", CONTINUE), "2")))
    assert texts_of(file) == ["A: x; B: 1", "A: x; B: 2"]
    assert [(tally.left_out, tally.why) for tally in tally_of(file, "hidden text")] == [
        (1, "1 cell with words is covered by a merged cell and was not read.")
    ]


def test_a_continued_cell_with_nothing_above_it_is_a_cell() -> None:
    assert texts_of(docx(tbl(tr("A", "B"), tr(tc("x", CONTINUE), "1")))) == ["A: x; B: 1"]


def test_columns_left_free_before_and_after_a_row_keep_its_cells_in_place() -> None:
    before = tr("x", properties='<w:gridBefore w:val="2"/>')
    after = tr("y", properties='<w:gridAfter w:val="2"/>')
    assert texts_of(docx(tbl(tr("A", "B", "C"), before, after))) == ["A; B; C", "C: x", "A: y"]


def test_a_title_row_is_a_caption() -> None:
    rows = tr(tc("Stall fees", span(3))), tr("Size", "Member", "Guest"), tr("Small", "35", "52")
    assert blocks_of(docx(tbl(*rows))) == [Block("text", "Stall fees"), Block("table", "Size: Small; Member: 35; Guest: 52")]


def test_marked_header_rows_name_the_columns_together() -> None:
    rows = (
        tr(tc("Fee", span(2)), "Place", properties=HEADER),
        tr("Member", "Guest", "", properties=HEADER),
        tr("35", "52", "east", properties='<w:tblHeader w:val="0"/>'),
    )
    assert texts_of(docx(tbl(*rows))) == ["Fee Member: 35; Fee Guest: 52; Place: east"]


def test_rows_in_controls_custom_xml_and_insertions_are_read() -> None:
    rows = tr("Warden", "River"), control(tr("Brandt", "Teel")), custom(tr("Holt", "Ouse")), inserted(tr("Marsh", "Wey"))
    assert texts_of(docx(tbl(*rows, control(control(tr("Quill", "Cam")))))) == [
        "Warden: Brandt; River: Teel",
        "Warden: Holt; River: Ouse",
        "Warden: Marsh; River: Wey",
        "Warden: Quill; River: Cam",
    ]


def test_cells_in_controls_and_custom_xml_are_read() -> None:
    row = tr("a", control(tc("b")), custom(tc("c")), control(custom(tc("d"))))
    assert texts_of(docx(tbl(tr("A", "B", "C", "D"), row))) == ["A: a; B: b; C: c; D: d"]


def test_a_table_and_the_text_of_a_cell_in_controls_are_read() -> None:
    table = tbl(tr("A", "B"), tr(tc(control(p("x"))), tc(custom(control(p("y"))))))
    assert texts_of(docx(control(control(table)))) == ["A: x; B: y"]


def test_rows_written_twice_for_older_programs_are_read_once() -> None:
    row = tr("x", "1")
    both = f'<mc:AlternateContent><mc:Choice Requires="w14">{row}</mc:Choice><mc:Fallback>{row}</mc:Fallback></mc:AlternateContent>'
    assert texts_of(docx(tbl(tr("A", "B"), both))) == ["A: x; B: 1"]


def test_a_table_that_only_places_text_gives_its_headings_lists_and_tables() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'
    inner = p("Hours", style="H") + tbl(tr("Day", "Opens"), tr("Monday", "nine")) + p("")
    assert blocks_of(docx(tbl(tr(tc(inner))), styles=styles)) == [
        Block("heading", "Hours", 1),
        Block("table", "Day: Monday; Opens: nine"),
    ]


def test_a_column_left_free_in_a_table_that_only_places_text_is_nothing() -> None:
    row = tr("Ring twice.", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')
    assert texts_of(docx(tbl(row, tr("Wait.")))) == ["Ring twice.", "Wait."]


def test_tables_side_by_side_in_a_table_are_read_one_after_the_other() -> None:
    left, right = tbl(tr("A", "B"), tr("1", "2")), tbl(tr("C", "D"), tr("3", "4"))
    assert texts_of(docx(tbl(tr(tc(left + p("")), tc(right + p("")))))) == ["A: 1; B: 2", "C: 3; D: 4"]


def test_a_small_table_in_a_cell_of_a_large_one_stays_in_its_row() -> None:
    inner = tbl(tr("Size", "Fee"), tr("S", "3")) + p("")
    rows = tr("Stall", "Prices"), tr("East", tc(inner)), tr("West", "none"), tr("North", "none")
    assert texts_of(docx(tbl(*rows)))[0] == "Stall: East; Prices: Size: S; Fee: 3"


def test_a_text_box_in_a_cell_is_read_once() -> None:
    box = f"<w:txbxContent>{p('ring twice')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts_of(docx(tbl(tr("A", "B"), tr("x", tc(p(both)))))) == ["A: x; B: ring twice"]
