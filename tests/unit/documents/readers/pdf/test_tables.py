"""Tables without rules, lists in columns, and rows that are lines of text."""

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import drawn

TARIFFS = [
    ["Chamber", "Volume", "Rent"],
    ["Ash", "40 m3", "210 crowns"],
    ["Birch", "65 m3", "155 crowns"],
    ["Cedar", "90 m3", "430 crowns"],
]
TOLD = [f"Chamber: {name}; Volume: {volume}; Rent: {rent}" for name, volume, rent in TARIFFS[1:]]
COLUMNS = (72, 200, 300)


def put(
    canvas: Canvas,
    rows: Sequence[Sequence[str]],
    columns: Sequence[float] = COLUMNS,
    *,
    top: float = 700,
    step: float = 16,
    right: bool = False,
) -> None:
    canvas.setFont("Helvetica", 10)
    for number, row in enumerate(rows):
        for column, (x, text) in enumerate(zip(columns, row, strict=False)):
            (canvas.drawRightString if right and column else canvas.drawString)(x, top - step * number, text)


def texts(draw) -> list[str]:
    return [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks]


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("step", [12, 16, 24])
@pytest.mark.parametrize("rows", [3, 4])
def test_a_table_without_rules_is_read_row_by_row_with_its_header(rows: int, step: float, right: bool) -> None:
    assert texts(lambda canvas: put(canvas, TARIFFS[:rows], (72, 260, 380), step=step, right=right)) == TOLD[: rows - 1]


@pytest.mark.parametrize(("header", "value"), [("l", "r"), ("c", "r"), ("c", "c")])
def test_a_header_set_otherwise_than_its_values_leaves_them_in_rows(header: str, value: str) -> None:
    rows = [("Item", "Price per week"), ("Soap", "2.50"), ("Towel", "14.00"), ("Locker", "cheap")]

    def draw(canvas: Canvas) -> None:
        put(canvas, [row[:1] for row in rows])
        at = {"l": canvas.drawString, "r": canvas.drawRightString, "c": canvas.drawCentredString}
        for number, (_, text) in enumerate(rows):
            at[value if number else header](320, 700 - 16 * number, text)

    assert texts(draw)[1:] == ["Soap: 2.50", "Towel: 14.00", "Locker: cheap"]


def test_a_table_of_one_row_and_its_header_is_read() -> None:
    assert texts(lambda canvas: put(canvas, [["Name", "Telephone"], ["Ada", "0123 456"]])) == ["Name: Ada; Telephone: 0123 456"]


def test_text_right_above_and_below_a_table_without_rules_is_no_part_of_it() -> None:
    above = "The tariffs of the cold store are listed here for every chamber of the house."
    below = "Rent is paid in advance by all the tenants of the cold store, every week anew."

    def draw(canvas: Canvas) -> None:
        put(canvas, [[above]], top=712)
        put(canvas, TARIFFS, step=12)
        put(canvas, [[below]], top=652)

    assert texts(draw) == [above, *TOLD, below]


def test_cells_of_two_lines_stay_whole() -> None:
    rows = [["Item", "Where it is kept", "Price"], ["Rope", "On the second shelf of the", "12"], ["", "northern store", ""]]
    rows += [["Anchor", "In the yard behind the", "450"], ["", "smithy", ""]]
    assert texts(lambda canvas: put(canvas, rows, (72, 150, 350), step=13)) == [
        "Item: Rope; Where it is kept: On the second shelf of the northern store; Price: 12",
        "Item: Anchor; Where it is kept: In the yard behind the smithy; Price: 450",
    ]


def test_an_empty_cell_gives_no_value() -> None:
    rows = [["", "Spring", "Autumn"], ["Herring", "12", "15"], ["Cod", "20", "31"], ["Eel", "", "44"]]
    assert texts(lambda canvas: put(canvas, rows)) == ["Herring; Spring: 12; Autumn: 15", "Cod; Spring: 20; Autumn: 31", "Eel; Autumn: 44"]


def test_names_with_their_values_beside_them_are_pairs() -> None:
    rows = [["Opening hours", "nine to five on weekdays"], ["Address", "4 Quay Street, Whitby"], ["Telephone", "0123 456"]]
    assert texts(lambda canvas: put(canvas, rows, step=14)) == [": ".join(row) for row in rows]


def test_names_that_end_in_a_colon_are_pairs_with_their_values() -> None:
    rows = [["Owner:", "Ida Storm"], ["Berth:", "North"], ["Boat:", "Heron"]]
    assert texts(lambda canvas: put(canvas, rows)) == ["Owner: Ida Storm", "Berth: North", "Boat: Heron"]


def test_lines_with_dots_that_lead_to_their_value_stay_lines() -> None:
    rows = [[f"{name} {'.' * 40} {price} crowns"] for name, price in (("Rope", 12), ("Anchor", 450), ("Float", 7))]
    assert texts(lambda canvas: put(canvas, rows, step=14)) == ["Rope … 12 crowns\nAnchor … 450 crowns\nFloat … 7 crowns"]


def test_dots_between_names_and_values_that_are_set_apart_lead_from_one_to_the_other() -> None:
    rows = [["Small boat", ". " * 20, "12.50"], ["Large boat", ". " * 20, "31.00"], ["Crane, per hour", ". " * 20, "80.00"]]
    assert texts(lambda canvas: put(canvas, rows, (72, 200, 420))) == ["Small boat: 12.50", "Large boat: 31.00", "Crane, per hour: 80.00"]


def test_names_with_values_close_beside_them_are_pairs_when_no_header_tells_otherwise() -> None:
    rows = [["Contract", "BF-77031"], ["Customer", "Tolland Quarry"], ["Valid until", "14 February 2029"], ["Deposit", "640 crowns"]]
    assert texts(lambda canvas: put(canvas, rows, (72, 220), step=15)) == [": ".join(row) for row in rows]


def test_a_row_with_an_empty_cell_is_no_part_of_the_row_above() -> None:
    rows = [["Chamber", "Use", "Rent"], ["Ash", "fish", "210"], ["Birch", "", "155"], ["Cedar", "ice", "430"], ["Elder", "wood", ""]]
    assert texts(lambda canvas: put(canvas, rows, (72, 200, 400))) == [
        "Chamber: Ash; Use: fish; Rent: 210",
        "Chamber: Birch; Rent: 155",
        "Chamber: Cedar; Use: ice; Rent: 430",
        "Chamber: Elder; Use: wood",
    ]


def test_a_column_of_names_before_columns_with_empty_cells_is_part_of_the_table() -> None:
    rows = [["Berth", "Length", "Price", "Year"], ["Ash", "12 m", "1,240.00", "2024"], ["Birch", "", "90.50", "2025"]]
    rows += [["Cedar", "21 m", "12,400.00", ""]]

    def draw(canvas: Canvas) -> None:
        put(canvas, rows, (72, 200, 330, 460), step=18)
        for y in (714, 696, 640):
            canvas.line(72, y, 500, y)

    assert texts(draw) == [
        "Berth: Ash; Length: 12 m; Price: 1,240.00; Year: 2024",
        "Berth: Birch; Price: 90.50; Year: 2025",
        "Berth: Cedar; Length: 21 m; Price: 12,400.00",
    ]


def test_totals_below_a_table_are_rows_of_their_own() -> None:
    rows = [["Item", "Qty", "Price", "Total"], ["Rope", "2", "12.50", "25.00"], ["Anchor", "1", "450.00", "450.00"]]
    rows += [["", "", "Net", "475.00"], ["", "", "VAT 20%", "95.00"], ["", "", "To pay", "570.00"]]
    assert texts(lambda canvas: put(canvas, rows, (72, 240, 340, 440), right=True)) == [
        "Item: Rope; Qty: 2; Price: 12.50; Total: 25.00",
        "Item: Anchor; Qty: 1; Price: 450.00; Total: 450.00",
        "Price: Net; Total: 475.00",
        "Price: VAT 20%; Total: 95.00",
        "Price: To pay; Total: 570.00",
    ]


def test_cells_of_two_lines_in_several_columns_stay_whole() -> None:
    rows = [["Item", "Where it is kept", "Price"], ["Rope for a", "On the second shelf of the", "12"], ["small boat", "northern store", ""]]
    rows += [["Anchor", "In the yard behind the", "450"], ["", "smithy", ""]]
    assert texts(lambda canvas: put(canvas, rows, (72, 180, 380), step=13)) == [
        "Item: Rope for a small boat; Where it is kept: On the second shelf of the northern store; Price: 12",
        "Item: Anchor; Where it is kept: In the yard behind the smithy; Price: 450",
    ]


def test_columns_set_with_spaces_in_typewriter_type_are_a_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        for number, row in enumerate(TARIFFS):
            canvas.drawString(72, 700 - 14 * number, "".join(cell.ljust(16) for cell in row))

    assert texts(draw) == TOLD


def test_two_columns_of_prose_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for number in range(8):
            canvas.drawString(60, 700 - 12 * number, f"left {number} is a line of prose about the harbour wall")
            canvas.drawString(320, 700 - 12 * number, f"right {number} is a line of prose about the tide gate")

    found = " ".join(texts(draw))
    assert found.index("left 7") < found.index("right 0")
    assert ": " not in found
