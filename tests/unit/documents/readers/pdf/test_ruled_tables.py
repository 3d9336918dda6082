"""Tables whose cells are parted by rules, merged cells included."""

from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import STYLES, drawn, heading, pdf, prose

Span = tuple[tuple[int, int], tuple[int, int]]
LAMPS = [
    ["District", "Quarter", "Ordered", "Reserve"],
    ["Northreach", "Spring", "310", "25"],
    ["", "Summer", "420", "31"],
    ["Southreach", "Spring", "works stopped", ""],
    ["", "Summer", "198", "9"],
]
SPANS: list[Span] = [((0, 1), (0, 2)), ((0, 3), (0, 4)), ((2, 3), (3, 3))]
TOLD = [
    "District: Northreach; Quarter: Spring; Ordered: 310; Reserve: 25",
    "District: Northreach; Quarter: Summer; Ordered: 420; Reserve: 31",
    "District: Southreach; Quarter: Spring; Ordered, Reserve: works stopped",
    "District: Southreach; Quarter: Summer; Ordered: 198; Reserve: 9",
]


def table(rows: Sequence[Sequence[Any]], spans: Sequence[Span] = (), **options: Any) -> Table:
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), *(("SPAN", *span) for span in spans), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table([list(row) for row in rows], style=TableStyle(style), **options)


def texts(*flowables: Any) -> list[str]:
    return [block.text for block in read_pdf(pdf(flowables), DEFAULT).blocks]


def test_a_cell_over_several_rows_is_said_in_each_and_one_over_several_columns_once() -> None:
    assert texts(table(LAMPS, SPANS)) == TOLD


def test_a_row_over_all_columns_above_the_header_is_a_caption() -> None:
    rows = [["Stall fees for members and guests", "", ""], ["Size", "Member", "Guest"], ["Small", "35", "52"], ["Large", "61", "94"]]
    assert texts(table(rows, [((0, 0), (2, 0))])) == [
        "Stall fees for members and guests",
        "Size: Small; Member: 35; Guest: 52",
        "Size: Large; Member: 61; Guest: 94",
    ]


def test_a_header_of_two_rows_names_its_columns_by_both() -> None:
    rows = [["Size", "Fees", "", "Berths"], ["", "Member", "Guest", ""], ["Small", "35", "52", "4"], ["Large", "61", "94", "9"]]
    assert texts(table(rows, [((0, 0), (0, 1)), ((1, 0), (2, 0)), ((3, 0), (3, 1))])) == [
        "Size: Small; Fees Member: 35; Fees Guest: 52; Berths: 4",
        "Size: Large; Fees Member: 61; Fees Guest: 94; Berths: 9",
    ]


def test_lines_in_a_merged_cell_are_one_text() -> None:
    cell = Paragraph("Both are kept in the long shed behind the old smithy of the yard.", STYLES["BodyText"])
    rows = [["Boat", "Berth", "Where"], ["Heron", "4", cell], ["Tern", "7", ""]]
    where = "Where: Both are kept in the long shed behind the old smithy of the yard."
    assert texts(table(rows, [((2, 1), (2, 2))], colWidths=[80, 60, 150])) == [
        f"Boat: Heron; Berth: 4; {where}",
        f"Boat: Tern; Berth: 7; {where}",
    ]


def test_text_around_a_table_with_merged_cells_stays_around_it() -> None:
    assert texts(heading("Lamps"), prose("Before the table."), table(LAMPS, SPANS), prose("Behind the table.")) == [
        "Lamps",
        "Before the table.",
        *TOLD,
        "Behind the table.",
    ]


def edges(canvas: Canvas, as_boxes: bool) -> None:
    """LAMPS drawn cell by cell as programs for text do: every cell has a frame, or thin filled boxes for its edges."""
    canvas.setFont("Helvetica", 10)
    spans = {(row, column): (1, 1) for row in range(5) for column in range(4)}
    for (left, top), (right, bottom) in SPANS:
        spans |= {(row, column): (0, 0) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        spans[top, left] = (bottom - top + 1, right - left + 1)
    for (row, column), (down, along) in spans.items():
        left, width, height = 72 + 90 * column, 90 * along, 20 * down
        bottom = 700 - 20 * row - height
        if not down:
            continue
        canvas.drawString(left + 4, bottom + height - 14, LAMPS[row][column])
        if as_boxes:
            for box in ((left, bottom, width, 0.5), (left, bottom + height, width, 0.5)):
                canvas.rect(*box, stroke=0, fill=1)
            for box in ((left, bottom, 0.5, height), (left + width, bottom, 0.5, height)):
                canvas.rect(*box, stroke=0, fill=1)
        else:
            canvas.rect(left, bottom, width, height)


@pytest.mark.parametrize("as_boxes", [False, True])
@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_rules_are_seen_however_they_are_drawn_and_turned(angle: int, as_boxes: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(angle)
        canvas.translate(-250, -600)
        edges(canvas, as_boxes)

    assert [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks] == TOLD


def test_two_tables_side_by_side_are_two() -> None:
    def draw(canvas: Canvas) -> None:
        for left, name in ((72, "Ash"), (320, "Birch")):
            canvas.setFont("Helvetica", 10)
            for row, cells in enumerate([["Berth", "Rent"], [name, "210"], ["All year", ""]]):
                canvas.rect(left, 680 - 20 * row, 100 if row < 2 else 200, 20)
                canvas.rect(left + 100, 680 - 20 * row, 100, 20) if row < 2 else None
                for column, text in enumerate(cells):
                    canvas.drawString(left + 4 + 100 * column, 686 - 20 * row, text)

    assert [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks] == [
        "Berth: Ash; Rent: 210", "All year", "Berth: Birch; Rent: 210", "All year",
    ]  # fmt: skip


def test_the_grid_of_a_chart_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for at in range(6):
            canvas.line(100, 500 + 30 * at, 400, 500 + 30 * at)
            canvas.line(100 + 60 * at, 500, 100 + 60 * at, 650)
            canvas.drawString(80, 497 + 30 * at, str(10 * at))
        canvas.drawString(200, 560, "Tide")
        canvas.drawString(100, 450, "The tide of the year is shown above for every month of it.")

    found = [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks]
    assert "Tide" in " ".join(found)
    assert not any(":" in text for text in found)


def test_a_box_of_long_text_keeps_its_paragraphs() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(60, 500, 400, 260)
        canvas.rect(60, 470, 200, 30)
        canvas.rect(260, 470, 200, 30)
        canvas.setFont("Helvetica", 10)
        for part, name in enumerate(("tide", "wind", "boat")):
            for line in range(4):
                canvas.drawString(
                    66, 740 - 80 * part - 13 * line, f"The {name} of the bay is told by line {line} of the warden's long report."
                )
        canvas.drawString(66, 480, "Signed: Ida Storm")
        canvas.drawString(266, 480, "Whitby, 4 March")

    found = [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks]
    assert [text.split()[1] for text in found if text.startswith("The")] == ["tide", "wind", "boat"]
