"""What a PDF draws so that nobody sees it is not read and is counted; what can be seen is read."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf import taking
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.pdfs import line, written

Step = Callable[[Canvas], object]
WORDS = "HIDDEN WORDS HERE"


def drawing(*steps: Step) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(500, 700))
    canvas.setFont("Helvetica", 11)
    for number in range(8):
        canvas.drawString(50, 650 - 15 * number, f"Everybody sees line {number} of this page.")
    for step in steps:
        step(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def content_of(data: bytes) -> Content:
    return read_pdf(data, DEFAULT)


def text_of(content: Content) -> str:
    return " ".join(block.text for block in content.blocks)


def hidden(content: Content) -> list[tuple[int, int, int]]:
    return [(tally.read, tally.left_out, tally.lost) for tally in content.report if tally.part == "hidden text"]


def ink(red: float, green: float, blue: float, alpha: float = 1.0) -> Step:
    return lambda canvas: canvas.setFillColor(Color(red, green, blue, alpha=alpha))


def words(canvas: Canvas) -> None:
    canvas.drawString(60, 300, WORDS)


def bar(red: float, green: float, blue: float) -> Step:
    def draw(canvas: Canvas) -> None:
        ink(red, green, blue)(canvas)
        canvas.rect(40, 290, 300, 30, fill=1, stroke=0)

    return draw


def picture(colour: str) -> Step:
    file = io.BytesIO()
    Image.new("RGB", (50, 50), colour).save(file, "PNG")
    return lambda canvas: canvas.drawImage(ImageReader(io.BytesIO(file.getvalue())), 40, 280, 300, 60)


def form(red: float, green: float, blue: float, *, scale: float = 1.0) -> Step:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("form")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 220, "Everybody sees the form.")
        ink(red, green, blue)(canvas)
        words(canvas)
        canvas.endForm()
        canvas.saveState()
        canvas.transform(scale, 0, 0, scale, 20, 50)
        canvas.doForm("form")
        canvas.restoreState()

    return draw


def size(points: float) -> Step:
    return lambda canvas: canvas.setFont("Helvetica", points)


def scaled(canvas: Canvas) -> None:
    canvas.scale(0.05, 0.05)
    canvas.drawString(1200, 6000, WORDS)


def outlined(red: float, green: float, blue: float) -> Step:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(60, 300)
        canvas.setStrokeColorRGB(red, green, blue)
        text.setTextRenderMode(2)
        text.textOut(WORDS)
        canvas.drawText(text)

    return draw


def round_spot(canvas: Canvas) -> None:
    ink(0.5, 0, 0)(canvas)
    canvas.circle(110, 305, 80, fill=1)


def upwards(canvas: Canvas) -> None:
    canvas.rotate(90)
    canvas.drawString(200, -400, WORDS)


WHITE, BLACK = ink(1, 1, 1), ink(0, 0, 0)
UNSEEN: dict[str, list[Step]] = {
    "white": [WHITE, words],
    "almost white": [ink(0.98, 0.99, 1), words],
    "white by grey": [lambda canvas: canvas.setFillGray(1), words],
    "white by four inks": [lambda canvas: canvas.setFillColorCMYK(0, 0, 0, 0), words],
    "white on a white picture": [picture("white"), WHITE, words],
    "white with a white outline": [WHITE, outlined(1, 1, 1)],
    "transparent": [ink(0, 0, 0, 0), words],
    "almost transparent": [ink(0, 0, 0, 0.02), words],
    "one point": [size(1), words],
    "half a point": [size(0.5), words],
    "small by its matrix": [scaled],
    "black on black": [bar(0, 0, 0), BLACK, words],
    "blue on blue": [bar(0, 0, 0.8), words],
    "below a black bar": [words, bar(0, 0, 0)],
    "below a white bar": [words, bar(1, 1, 1)],
    "above the page": [lambda canvas: canvas.drawString(60, 900, WORDS)],
    "beside the page": [lambda canvas: canvas.drawString(-400, 300, WORDS)],
    "white in a form": [form(1, 1, 1)],
    "white in a small form": [form(1, 1, 1, scale=0.8)],
}
SEEN: dict[str, list[Step]] = {
    "black": [words],
    "grey": [lambda canvas: canvas.setFillGray(0.75), words],
    "yellow": [ink(1, 0.9, 0), words],
    "four points": [size(4), words],
    "white on black": [bar(0, 0, 0), WHITE, words],
    "white on blue": [bar(0.2, 0.4, 0.8), WHITE, words],
    "white on light grey": [bar(0.7, 0.7, 0.7), WHITE, words],
    "white on a dark picture": [picture("navy"), WHITE, words],
    "white on a round spot": [round_spot, WHITE, words],
    "white with a black outline": [WHITE, outlined(0, 0, 0)],
    "what a text recognition put below a picture": [words, picture("white")],
    "upwards": [upwards],
    "black in a form": [form(0, 0, 0)],
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_is_not_read_but_counted(name: str) -> None:
    content = content_of(drawing(*UNSEEN[name]))
    assert "WORDS" not in text_of(content)
    assert [f"sees line {number}" in text_of(content) for number in range(8)] == [True] * 8
    assert ("sees the form" in text_of(content)) == ("form" in name)
    assert hidden(content) == [(0, 1, 0)]


@pytest.mark.parametrize("name", SEEN)
def test_what_can_be_seen_is_read(name: str) -> None:
    content = content_of(drawing(*SEEN[name]))
    assert WORDS in text_of(content)
    assert hidden(content) == []


def test_white_spaces_are_no_hidden_text() -> None:
    assert hidden(content_of(drawing(WHITE, lambda canvas: canvas.drawString(60, 300, "   ")))) == []


def test_transparent_text_stays_where_a_page_has_no_other() -> None:
    content = content_of(written([{"content": f"/Clear gs {line(WORDS, 700)}", "page": CLEAR}]))
    assert text_of(content) == WORDS


def test_transparent_text_stays_on_a_picture_as_a_text_recognition_puts_it() -> None:
    assert WORDS in text_of(content_of(drawing(picture("navy"), ink(0, 0, 0, 0), words)))


def test_text_that_cannot_be_taken_off_without_other_text_is_read_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "_is_whole_without", lambda *_: False)
    content = content_of(drawing(WHITE, words))
    assert WORDS in text_of(content)
    assert hidden(content) == [(1, 0, 0)]
    assert "was read" in next(tally.why for tally in content.report if tally.part == "hidden text")


def test_very_many_bars_and_lines_take_seconds() -> None:
    def crowd(canvas: Canvas) -> None:
        for number in range(2_000):
            ink(0, 0, 0)(canvas)
            canvas.rect(40 + number % 40, 10, 6, 6, fill=1, stroke=0)
            canvas.setFont("Helvetica", 4)
            canvas.drawString(60 + number % 300, 500 - number % 480, "x")

    content = content_of(drawing(crowd, WHITE, size(11), lambda canvas: canvas.drawString(60, 520, WORDS)))
    assert "WORDS" not in text_of(content)
    assert "sees line 3" in text_of(content)


CLEAR = "/Resources << /Font << /F1 3 0 R >> /ExtGState << /Clear << /ca 0 >> >> >>"
