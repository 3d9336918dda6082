from reportlab.pdfgen.canvas import Canvas

from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import PROSE, code, drawn, heading, pages, pdf, prose, ruled_table
from tests.unit.documents.pdfs import line, lines, written

ROWS = [["Grade", "Role"], ["1", "Bookseller"], ["2", "Manager"]]


def words(content: Content) -> list[str]:
    return " ".join(block.text for block in content.blocks).split()


def test_title_headings_and_pages_are_kept() -> None:
    file = pdf(pages([heading("Handbook"), heading("Pay", 2), prose()], [heading("Leave", 2), prose()]))
    content = read_pdf(file, DEFAULT)
    assert content.title == "Handbook"
    assert [(block.page, block.level, block.text) for block in content.blocks if block.kind == "heading"] == [
        (1, 1, "Handbook"),
        (1, 2, "Pay"),
        (2, 2, "Leave"),
    ]
    assert [block.text for block in content.blocks if block.kind == "text"] == [(PROSE * 3).strip()] * 2


def test_a_ruled_table_gives_rows_with_their_header() -> None:
    content = read_pdf(pdf([heading("Pay"), prose(), ruled_table(ROWS), prose()]), DEFAULT)
    assert [block.text for block in content.blocks if block.kind == "table"] == ["Grade: 1; Role: Bookseller", "Grade: 2; Role: Manager"]
    assert [block.kind for block in content.blocks] == ["heading", "text", "table", "table", "text"]


def test_a_table_that_goes_on_over_the_page_keeps_its_header() -> None:
    rows = [["Code", "Meaning"], *([f"E{number}", f"Fault number {number}"] for number in range(60))]
    content = read_pdf(pdf([ruled_table(rows)]), DEFAULT)
    assert {block.page for block in content.blocks} == {1, 2}
    assert [block.text for block in content.blocks] == [f"Code: E{number}; Meaning: Fault number {number}" for number in range(60)]


def test_two_columns_are_read_one_after_the_other() -> None:
    numbered = [prose(f"Item{number}. {PROSE}") for number in range(30)]
    found = [word for word in words(read_pdf(pdf(numbered, columns=2), DEFAULT)) if word.startswith("Item")]
    assert found == [f"Item{number}." for number in range(30)]


def test_two_columns_written_line_by_line_across_the_page_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for number in range(40):
            canvas.drawString(60, 760 - 14 * number, f"left{number} runs through the first of the columns here")
            canvas.drawString(320, 760 - 14 * number, f"right{number} stands in the second column of the page")

    found = [word for word in words(read_pdf(drawn(draw), DEFAULT)) if word.startswith(("left", "right"))]
    assert found == [f"left{number}" for number in range(40)] + [f"right{number}" for number in range(40)]


def test_a_heading_over_both_columns_comes_first() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(30):
            canvas.drawString(320, 700 - 14 * number, f"right{number} is a line of the column")
        for number in range(30):
            canvas.drawString(60, 700 - 14 * number, f"left{number} is a line of the column")
        canvas.setFont("Helvetica-Bold", 22)
        canvas.drawString(60, 730, "A title that spans all of the columns here")

    content = read_pdf(drawn(draw), DEFAULT)
    found = words(content)
    assert content.blocks[0].kind == "heading"
    assert found.index("left0") < found.index("left29") < found.index("right0")


def test_a_price_list_without_rules_is_read_row_by_row() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(30):
            canvas.drawString(60, 760 - 16 * number, f"Item{number}")
            canvas.drawString(400, 760 - 16 * number, f"£{number}.00")

    assert [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks] == [f"Item{number}: £{number}.00" for number in range(30)]


def test_lines_in_typewriter_type_are_code_with_their_indents() -> None:
    blocks = read_pdf(pdf([prose(), code("if open:\n    sell()"), prose()]), DEFAULT).blocks
    assert [block.text for block in blocks if block.kind == "code"] == ["if open:\n    sell()"]


def test_bullets_become_a_list() -> None:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(["• keys", "• floats", "• receipts"]):
            canvas.drawString(60, 760 - 14 * number, text)

    assert [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks] == ["- keys\n- floats\n- receipts"]


def test_the_files_own_title_is_used_when_no_heading_stands_out() -> None:
    assert read_pdf(pdf([prose()], title="Rota rules"), DEFAULT).title == "Rota rules"
    assert read_pdf(pdf([prose()], title="Microsoft Word - rota.doc"), DEFAULT).title is None


def test_headings_have_levels_by_the_size_of_their_type_over_the_whole_document() -> None:
    bodies = [[heading(f"Chapter {number}", 1 if number % 30 == 0 else 2), prose()] for number in range(60)]
    found = [block for block in read_pdf(pdf(pages(*bodies)), DEFAULT).blocks if block.kind == "heading"]
    assert [block.level for block in found] == [1 if number % 30 == 0 else 2 for number in range(60)]


def test_a_long_sentence_in_larger_type_is_no_heading() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(8):
            canvas.setFont("Helvetica", 10)
            canvas.drawString(60, 760 - 14 * number, "The tariffs of the cold store are set by the harbour council each spring.")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 600, "Rent is paid in advance, and the store is guarded by two wardens.")

    assert [block.kind for block in read_pdf(drawn(draw), DEFAULT).blocks] == ["text", "text"]


def test_signs_of_markdown_in_the_text_stay_and_none_are_added() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 760, r"The file C:\\tides\\may_log holds 3 * 4 entries, each [dated] and ~5 lines long,")
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(60, 746, "and the harbour master alone")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(225, 746, "may change the log of the tides by hand.")

    read = " ".join(words(read_pdf(drawn(draw), DEFAULT)))
    assert r"C:\\tides\\may_log holds 3 * 4 entries, each [dated] and ~5 lines long, and the harbour master alone may change" in read


def test_every_block_carries_its_page() -> None:
    content = read_pdf(pdf(pages(*[[prose(f"Remark number {number}. {PROSE}")] for number in range(1, 61)])), DEFAULT)
    assert [(block.page, block.text.split(".")[0]) for block in content.blocks] == [(n, f"Remark number {n}") for n in range(1, 61)]


def test_more_pages_than_the_library_reads_by_itself_are_all_read() -> None:
    content = read_pdf(written([{"content": line(f"Remark {number} of the log.", 700)} for number in range(1, 1102)]), DEFAULT)
    assert content.blocks[-1].text == "Remark 1101 of the log."
    assert len({block.page for block in content.blocks}) == 1101


def test_a_file_with_bytes_before_its_header_is_read() -> None:
    assert "remark" in words(read_pdf(b"\r\n\r\n" + lines(["A remark of the miller."]), DEFAULT))


def test_a_file_of_illustrator_is_read() -> None:
    file = written(
        [
            {
                "content": line("The poster of the tide mill.", 700),
                "page": "/PieceInfo << /Illustrator << /Private << /AIPrivateData1 (x) >> >> >>",
            }
        ]
    )
    assert words(read_pdf(file, DEFAULT)) == ["The", "poster", "of", "the", "tide", "mill."]


def test_paragraphs_that_white_parts_are_blocks_of_their_own() -> None:
    content = read_pdf(pdf([prose(f"Remark {number}. {PROSE}") for number in range(4)]), DEFAULT)
    assert [block.text for block in content.blocks] == [f"Remark {number}. {PROSE}".strip() for number in range(4)]
