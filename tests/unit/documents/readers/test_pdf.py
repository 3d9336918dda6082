from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf import read_pdf
from tests.unit.documents.making import MARGIN, PROSE, code, drawn, heading, pages, pdf, prose, ruled_table, running_lines

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


def test_running_headers_footers_and_page_numbers_are_dropped() -> None:
    file = pdf(pages(*[[heading(f"Chapter {name}"), prose()] for name in ("one", "two", "three")]), on_page=running_lines)
    read = " ".join(words(read_pdf(file, DEFAULT)))
    assert "internal paper" not in read
    assert "Page" not in read
    assert "Chapter three" in read


def test_a_folio_in_a_changing_header_is_dropped() -> None:
    def header(canvas: Canvas, _: object) -> None:
        number = canvas.getPageNumber()
        canvas.drawString(MARGIN, A4[1] - 30, f"{['Pay', 'Leave', 'Tills', 'Keys'][number - 1]} in our shops {number + 6}")

    read = " ".join(words(read_pdf(pdf(pages(*[[prose()]] * 4), on_page=header), DEFAULT)))
    assert "in our shops" not in read


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

    found = words(read_pdf(drawn(draw), DEFAULT))
    assert [found[found.index(f"Item{number}") + 1] for number in range(30)] == [f"£{number}.00" for number in range(30)]


def test_a_word_broken_at_the_line_end_is_joined() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "The rule was agreed by every member of the manage-")
        canvas.drawString(60, 746, "ment in the spring of last year.")

    assert "management" in words(read_pdf(drawn(draw), DEFAULT))


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
