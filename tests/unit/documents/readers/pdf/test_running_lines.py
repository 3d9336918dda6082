"""Running lines are taken out and counted, and their words said once; what differs by more than the page number is text."""

from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import MARGIN, heading, pages, pdf, prose, running_lines
from tests.unit.documents.pdfs import line, written

TOP, FOOT = A4[1] - 30, 25


def read(count: int, draw: Callable[[Canvas, int], None]) -> Content:
    """A document of `count` pages of prose with something drawn on each, by its number."""
    return read_pdf(pdf(pages(*[[prose()]] * count), on_page=lambda canvas, _: draw(canvas, canvas.getPageNumber())), DEFAULT)


def words(content: Content) -> str:
    return " ".join(block.text for block in content.blocks)


def taken(content: Content) -> int:
    return sum(tally.read + tally.left_out for tally in content.report if tally.part == "furniture")


def times(text: str, content: Content) -> int:
    return words(content).count(text)


def test_a_header_is_said_once_and_page_numbers_never() -> None:
    file = pdf(pages(*[[heading(f"Chapter {name}"), prose()] for name in ("one", "two", "three")]), on_page=running_lines)
    content = read_pdf(file, DEFAULT)
    assert times("internal paper", content) == 1
    assert "Page" not in words(content)
    assert "Chapter three" in words(content)
    assert content.title == "Chapter one"
    tally = next(tally for tally in content.report if tally.part == "furniture")
    assert (tally.read, tally.left_out) == (1, 5)
    assert "Harbour Books internal paper" in tally.why


@pytest.mark.parametrize(
    "folio",
    ["{}", "- {} -", "Page {}", "Seite {}", "page {} of 4", "{} / 4", "Strona {} z 4", "Pág. {} de 4", "Page {} | 4"],
)
def test_a_line_that_only_counts_pages_is_dropped(folio: str) -> None:
    content = read(4, lambda canvas, page: canvas.drawString(MARGIN, FOOT, folio.format(page)))
    assert taken(content) == 4
    assert {block.text.split()[0] for block in content.blocks} == {"The"}


@pytest.mark.parametrize(
    ("footer", "said"),
    [
        ("Harbour handbook {}", "Harbour handbook"),
        ("{} | Harbour handbook", "Harbour handbook"),
        ("Handbook, page {}", "Handbook"),
        ("Contract no. BF-77031 - Page {} of 4", "Contract no. BF-77031"),
        ("Payment within 14 days to account 4471-2", "Payment within 14 days to account 4471-2"),
    ],
)
def test_what_a_running_line_says_besides_the_page_number_is_said_once_on_the_first_page(footer: str, said: str) -> None:
    content = read(4, lambda canvas, page: canvas.drawString(MARGIN, FOOT, footer.format(page)))
    assert [(block.text, block.page) for block in content.blocks if not block.text.startswith("The shop")] == [(said, 1)]


def test_a_running_title_that_repeats_a_heading_is_not_said_again() -> None:
    bodies = [[heading("The rules of the shops"), prose()], *[[prose()]] * 3]
    file = pdf(pages(*bodies), on_page=lambda canvas, _: canvas.drawString(MARGIN, TOP, "THE RULES OF THE SHOPS"))
    assert [block.kind for block in read_pdf(file, DEFAULT).blocks] == ["heading", *["text"] * 4]


@pytest.mark.parametrize("folio", ["第{}页", "第{}页 共4页", "{}ページ", "第 {} 頁"])
def test_page_numbers_between_letters_of_scripts_without_spaces_are_dropped(folio: str) -> None:
    font = UnicodeCIDFont("STSong-Light" if "页" in folio else "HeiseiMin-W3")
    pdfmetrics.registerFont(font)

    def draw(canvas: Canvas, page: int) -> None:
        canvas.setFont(font.fontName, 10)
        canvas.drawString(MARGIN, FOOT, folio.format(page))

    content = read(4, draw)
    assert taken(content) == 4
    assert {block.text.split()[0] for block in content.blocks} == {"The"}


@pytest.mark.parametrize("numeral", [("i", "ii", "iii", "iv"), ("VII", "VIII", "IX", "X"), ("107", "108", "109", "110")])
def test_page_numbers_in_roman_numerals_or_that_begin_elsewhere_are_dropped(numeral: tuple[str, ...]) -> None:
    assert taken(read(4, lambda canvas, page: canvas.drawString(MARGIN, FOOT, numeral[page - 1]))) == 4


def test_a_running_title_of_some_pages_is_said_once() -> None:
    content = read(9, lambda canvas, page: canvas.drawString(MARGIN, TOP, f"{'Pay' if page < 5 else 'Leave'} in our shops {page + 6}"))
    assert taken(content) == 9
    assert (times("Pay in our shops", content), times("Leave in our shops", content)) == (1, 1)


def test_titles_on_every_second_page_are_said_once() -> None:
    content = read(8, lambda canvas, page: canvas.drawString(MARGIN, TOP, "Harbour handbook" if page % 2 else "The rules of the shops"))
    assert taken(content) == 8
    assert (times("Harbour handbook", content), times("The rules of the shops", content)) == (1, 1)


@pytest.mark.parametrize(
    "changing",
    [
        lambda page: f"Invoice {(5101, 5114, 5127, 5140)[page - 1]}",
        lambda page: f"Amount due: {(204, 388, 760, 795)[page - 1]}.50 crowns, payable by {(4, 9, 17, 22)[page - 1]} March",
        lambda page: f"Certificate of {('Ada', 'Bela', 'Cleo', 'Dan')[page - 1]}, number {page}",
        lambda page: f"{(12, 47, 31, 8)[page - 1]}",
        lambda page: f"Last ferry at {11 + page}:30",
        lambda page: f"Weighed on {page}.11.2026",
        lambda page: f"Section 4.{page}",
        lambda page: f"Toll: {page},50 crowns",
    ],
)
def test_lines_that_differ_in_more_than_the_page_number_are_text(changing: Callable[[int], str]) -> None:
    for height in (TOP, FOOT):
        content = read(4, lambda canvas, page, height=height: canvas.drawString(MARGIN, height, changing(page)))
        assert all(
            any(changing(block.page) in other.text for other in content.blocks if other.page == block.page) for block in content.blocks
        )
        assert taken(content) == 0


def test_numbers_in_a_row_are_text_beside_a_page_number() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        canvas.drawString(MARGIN, TOP, f"Pay slip {16 + page}")
        canvas.drawString(MARGIN, FOOT, f"Page {page}")

    content = read(4, draw)
    assert [f"Pay slip {number}" in words(content) for number in (17, 18, 19, 20)] == [True] * 4
    assert taken(content) == 4


def test_text_that_reaches_into_the_margin_is_text() -> None:
    foot = ["The sluice key is kept by the warden, see page 7", "and the stone is dressed after 600 hours, see page 4", "420"]
    content = "".join(line(text, 60 - 14 * number) for number, text in enumerate(foot))
    body = "".join(line(f"Remark {number} of the miller about his wheel.", 700 - 14 * number) for number in range(10))
    found = read_pdf(written([{"content": body + content}, {"content": body}]), DEFAULT)
    assert "see page 7 and the stone is dressed after 600 hours, see page 4 420" in words(found)
    assert taken(found) == 0


def test_a_table_that_repeats_its_header_at_the_top_of_each_page_keeps_it() -> None:
    def rows(page: int) -> str:
        cells = [("Code", "Fault"), *((f"E{page}{number}", f"fault of kind {page}{number}") for number in range(8))]
        return "".join(line(a, 800 - 18 * at) + line(b, 800 - 18 * at, x=200) for at, (a, b) in enumerate(cells))

    content = read_pdf(written([{"content": rows(page)} for page in (1, 2, 3)]), DEFAULT)
    found = [block.text for block in content.blocks]
    assert found == [f"Code: E{page}{number}; Fault: fault of kind {page}{number}" for page in (1, 2, 3) for number in range(8)]


def test_a_line_that_three_pages_far_apart_share_is_text() -> None:
    content = read(30, lambda canvas, page: canvas.drawString(MARGIN, TOP, "Notes") if page in (3, 14, 27) else None)
    assert [block.page for block in content.blocks if block.text == "Notes"] == [3, 14, 27]
