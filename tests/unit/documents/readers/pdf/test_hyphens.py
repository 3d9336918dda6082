"""Words broken at line ends."""

import pytest

from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.pdfs import line, lines, written

ENGLISH = "This is the rule that the members of the board have made for all of us in the house."
GERMAN = "Das ist die Regel, die der Rat und die Leute in dem Haus für sich und mit uns gemacht haben."


def read(*texts: str) -> str:
    return " ".join(block.text for block in read_pdf(lines(texts), DEFAULT).blocks)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("price-/determining", "price-determining"),
        ("well-/tested", "well-tested"),
        ("non-/members", "non-members"),
        ("high-/quality", "high-quality"),
        ("x-/ray", "x-ray"),
        ("A-/level", "A-level"),
        ("mother-in-/law", "mother-in-law"),
        ("state-of-the-/art", "state-of-the-art"),
        ("perfor-/mance", "performance"),
        ("part-/ners", "partners"),
        ("manage-/ment", "management"),
        ("in-/formation", "information"),
        ("be-/tween", "between"),
        ("book-/store", "bookstore"),
        ("pre-/paid", "prepaid"),
        ("Jean-/Pierre", "Jean-Pierre"),
        ("2019-/2020", "2019-2020"),
    ],
)
def test_the_hyphen_of_a_compound_stays_and_that_of_a_broken_word_goes(broken: str, whole: str) -> None:
    left, right = broken.split("/")
    found = read(ENGLISH, f"It was agreed by all of them that the {left}", f"{right} is what they want to see this year.")
    assert f"that the {whole} is what" in found


def test_a_compound_that_the_document_writes_with_its_hyphen_keeps_it() -> None:
    found = read("The re-gluing of the hull is done in May.", "The hull wants its re-", "gluing every year, and this is the rule.")
    assert "its re-gluing every" in found


def test_a_word_that_the_document_writes_whole_is_joined() -> None:
    found = read("The seawall is old, and this is the rule for it.", "In the winter the sea-", "wall is closed to all of the members.")
    assert "the seawall is closed" in found


def test_a_german_compound_broken_at_a_line_end_is_one_word() -> None:
    found = read(GERMAN, "Der Rat hat für das Haus einen Preis-", "vergleich gemacht, und die Leute sind mit der E-Mail-", "Adresse da.")
    assert "einen Preisvergleich gemacht" in found
    assert "E-Mail-Adresse" in found


def test_a_french_compound_keeps_its_hyphen() -> None:
    found = read(
        "Les membres de la maison sont dans une grande salle pour la fête avec nous.",
        "La maison est pour le grand-",
        "père et les enfants qui sont là.",
    )
    assert "le grand-père et" in found


def test_a_word_broken_in_a_cell_of_a_table_is_joined() -> None:
    from tests.unit.documents.making import pdf, ruled_table

    found = read_pdf(pdf([ruled_table([["Rule", "For"], ["The manage-\nment decides", "all"], ["The board votes", "some"]])]), DEFAULT)
    assert [block.text for block in found.blocks] == ["Rule: The management decides; For: all", "Rule: The board votes; For: some"]


@pytest.mark.parametrize(("broken", "whole"), [("Ein-/und Ausgang", "Ein- und Ausgang"), ("Sonn-/oder Feiertag", "Sonn- oder Feiertag")])
def test_a_german_hyphen_that_stands_for_a_word_said_later_stays(broken: str, whole: str) -> None:
    left, right = broken.split("/")
    found = read(GERMAN, f"Das gilt für jeden {left}", f"{right} in dem Haus.", f"Der {whole} ist für die Leute offen.")
    assert found.count(whole) == 2


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("pre-/and post-war years", "pre- and post-war years"),
        ("short-/or long-term", "short- or long-term"),
        ("fact-/or two", "factor two"),
    ],
)
def test_an_english_hyphen_that_stands_for_a_word_said_later_stays(broken: str, whole: str) -> None:
    left, right = broken.split("/")
    assert whole in read(ENGLISH, f"It was agreed by all of them that the {left}", f"{right} is what they want to see this year.")


def test_a_french_compound_behind_an_elided_article_keeps_its_hyphen() -> None:
    found = read("Les membres de la maison sont dans une grande salle.", "Les bateaux sont dans l'avant-", "port avec les enfants.")
    assert "dans l'avant-port avec" in found


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("perfor-/mance, as agreed", "performance,"), ("well-/tested pump", "well-tested"), ("manage-/ment", "management")],
)
def test_a_word_broken_at_the_end_of_a_page_is_on_the_page_where_it_begins(broken: str, whole: str) -> None:
    left, right = broken.split("/")
    first = "".join(line(text, 760 - 14 * at) for at, text in enumerate([ENGLISH, f"The members want the {left}"])) + line("Page 1", 30)
    second = line(f"{right} for all of the house.", 760) + line("Page 2", 30)
    found = read_pdf(written([{"content": first}, {"content": second}]), DEFAULT)
    assert [block.page for block in found.blocks] == [1, 2]
    assert found.blocks[0].text.endswith(f"The members want the {whole}")
    assert (found.blocks[0].text + " " + found.blocks[1].text).endswith(
        f"the {whole} {right.split(' ', 1)[1] + ' ' if ' ' in right else ''}for all of the house."
    )


def test_a_dash_at_a_line_end_is_no_hyphen() -> None:
    assert "the tide -- and only the tide" in read(ENGLISH, "It is ruled by the tide --", "and only the tide, as they say.")
