"""Figures set small above the line."""

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import drawn
from tests.unit.documents.pdfs import grid

STYLE = ParagraphStyle("text", fontName="Helvetica", fontSize=11, leading=15)


def said(*markup: str) -> list[str]:
    """The texts read of paragraphs that are 40 points apart."""

    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(markup):
            paragraph = Paragraph(text, STYLE)
            paragraph.wrap(430, 200)
            paragraph.drawOn(canvas, 72, 700 - 40 * number)

    return [block.text for block in read_pdf(drawn(draw), DEFAULT).blocks]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("The reservoir holds 10<super>6</super> litres of water.", "The reservoir holds 10^6 litres of water."),
        ("It weighs 4.2 x 10<super>-3</super> grams in all.", "It weighs 4.2 x 10^-3 grams in all."),
        ("A pile of 35 m<super>3</super> is too much.", "A pile of 35 m^3 is too much."),
        ("The kiln was built in 1794<super>2</super> by Anna Ross.", "The kiln was built in 1794^2 by Anna Ross."),
        ("From 10<super>6</super> to 10<super>9</super> and from 10<super>6</super> on.", "From 10^6 to 10^9 and from 10^6 on."),
        ("2<super>10</super> is 1024, and 210 is not.", "2^10 is 1024, and 210 is not."),
    ],
)
def test_a_raised_figure_has_a_sign_before_it(markup: str, text: str) -> None:
    assert said(markup) == [text]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Opened on the 1<super>st</super> of May by her.", "Opened on the 1st of May by her."),
        ("CO<sub>2</sub> is vented at 106 degrees.", "CO2 is vented at 106 degrees."),
        ("Room 10<font size=7>6</font> is on the left side.", "Room 106 is on the left side."),
        ("Room 10<font size=14>6</font> is on the left side.", "Room 106 is on the left side."),
    ],
)
def test_what_is_no_raised_figure_stays_as_it_is(markup: str, text: str) -> None:
    assert said(markup) == [text]


def test_the_same_figures_on_one_page_get_a_sign_each() -> None:
    texts = said("The first tank holds 10<super>6</super> litres.", "The other tank holds 10<super>6</super> litres, and room 106 none.")
    assert " ".join(texts) == "The first tank holds 10^6 litres. The other tank holds 10^6 litres, and room 106 none."


def test_a_raised_figure_in_a_table_has_a_sign() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        grid(canvas, [["Tank", "Litres"], ["North", ""], ["South", "106"]], left=72, top=700)
        canvas.drawString(72 + 130 + 5, 700 - 20 - 14, "10")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72 + 130 + 5 + 12.3, 700 - 20 - 14 + 4, "6")

    blocks = read_pdf(drawn(draw), DEFAULT).blocks
    assert [block.text for block in blocks] == ["Tank: North; Litres: 10^6", "Tank: South; Litres: 106"]
