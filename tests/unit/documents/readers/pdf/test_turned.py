"""Type that is turned by 90, 180 or 270 degrees."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import drawn
from tests.unit.documents.pdfs import grid

ROWS = [["Task", "Every 300 hours", "Every 900 hours"], ["Teat cup liners", "inspect", "replace"], ["Vacuum pump oil", "top up", "change"]]
TOLD = [
    "Task: Teat cup liners; Every 300 hours: inspect; Every 900 hours: replace",
    "Task: Vacuum pump oil; Every 300 hours: top up; Every 900 hours: change",
]
AFTER = "Grease is kept in the red cupboard of the dairy and is ordered by the head herdsman."
PLACES = {90: (500, 150), 180: (520, 250), 270: (100, 560)}


def chart(canvas: Canvas, angle: int, *, ruled: bool = True) -> None:
    """A heading, a table and a paragraph in one direction."""
    canvas.saveState()
    canvas.translate(*PLACES[angle])
    canvas.rotate(angle)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(0, 30, "Service intervals of the robot")
    canvas.setFont("Helvetica", 10)
    grid(canvas, ROWS, top=10, ruled=ruled)
    canvas.drawString(0, -80, "Grease is kept in the red cupboard of the")
    canvas.drawString(0, -94, "dairy and is ordered by the head herdsman.")
    canvas.restoreState()


def upright(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    for number in range(4):
        canvas.drawString(60, 780 - 14 * number, f"Line {number} is about the robot.")


def texts(file: bytes) -> list[str]:
    return [block.text for block in read_pdf(file, DEFAULT).blocks]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_table_on_a_page_of_its_own_is_read_with_its_heading(angle: int, ruled: bool) -> None:
    assert texts(drawn(lambda canvas: chart(canvas, angle, ruled=ruled))) == ["Service intervals of the robot", *TOLD, AFTER]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_table_is_read_after_the_upright_text_of_its_page(angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        upright(canvas)
        chart(canvas, angle)

    prose = " ".join(f"Line {number} is about the robot." for number in range(4))
    assert texts(drawn(draw)) == [prose, "Service intervals of the robot", *TOLD, AFTER]


def test_text_in_three_directions_is_read_direction_by_direction() -> None:
    def draw(canvas: Canvas) -> None:
        upright(canvas)
        for angle, (x, y) in {90: (40, 300), 270: (560, 600)}.items():
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(angle)
            canvas.drawString(0, 0, f"The note in the margin at {angle} degrees")
            canvas.restoreState()

    assert texts(drawn(draw))[1:] == ["The note in the margin at 270 degrees", "The note in the margin at 90 degrees"]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_is_shown_turned_reads_as_it_is_shown(angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        chart(canvas, angle)
        canvas.setPageRotation(angle)

    assert texts(drawn(draw)) == ["Service intervals of the robot", *TOLD, AFTER]


def test_turned_prose_on_the_second_page_carries_its_page() -> None:
    def draw(canvas: Canvas) -> None:
        upright(canvas)
        canvas.showPage()
        chart(canvas, 90)

    assert [block.page for block in read_pdf(drawn(draw), DEFAULT).blocks] == [1, 2, 2, 2, 2]
