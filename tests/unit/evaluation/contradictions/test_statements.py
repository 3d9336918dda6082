"""Which sentences are about the same, and in what they differ."""

import pytest

from evaluation.contradictions.statements import Place, Statement, difference, statements

HERE = Place("Terms > Returns", 3)


def one(text: str, place: Place = HERE, language: str = "en", is_table: bool = False) -> Statement:
    (made,) = statements(text, place, language, is_table)
    return made


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("Books may be returned within 30 days of delivery.", "Books may be returned within 60 days of delivery.", "30 day or 60 day"),
        ("Books may be returned within 30 days of delivery.", "Books may be returned within 4 weeks of delivery.", "30 day or 4 week"),
        ("Delivery of a parcel costs €4.90 in Europe.", "The delivery of parcels costs €5.90 in Europe.", "€4.9 or €5.9"),
        ("A parcel costs USD 1,000 within the country.", "A parcel costs USD 2,000 within the country.", "1000 or 2000"),
        ("The summer sale of books ends on 3 June 2026.", "The summer sale of books ends on 10 July 2026.", "3 june 2026 or 10 july 2026"),
        ("Gift cards can be returned to the shop.", "Gift cards cannot be returned to the shop.", "one of them is negated"),
        ("The shop delivers on public holidays, too.", "The shop doesn't deliver on public holidays, too.", "one of them is negated"),
        ("Customers pay two euros for wrapping paper.", "Customers pay three euros for wrapping paper.", "2 euro or 3 euro"),
        ("1. Books are kept for a customer for 7 days.", "4. Books are kept for a customer for 9 days.", "7 day or 9 day"),
        ("The memory of each worker is 512MB at most.", "The memory of each worker is 1GB at most.", "512 mb or 1 gb"),
    ],
)
def test_the_same_sentence_with_another_value_differs(first: str, second: str, why: str) -> None:
    a, b = one(first), one(second)
    assert a.key == b.key
    assert difference(a.value, b.value) == why


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1. Choose the address of the customer.", "6. Choose the address of the customer."),
        ("The price of 1,000 leather bags is 50 euros abroad.", "The price of 1000 leather bags is 50 euros abroad."),
        ("A parcel abroad takes two weeks or 60 s.", "A parcel abroad takes 2 weeks or 60 seconds."),
        ("In 2024 the shop sold 300 books a day.", "In 2025 the shop sold 450 books a day."),
        ("Of 3 sizes of parcels, 4 weigh 5 kg and 6 weigh 7 kg abroad.", "Of 8 sizes of parcels, 9 weigh 2 kg and 1 weigh 4 kg abroad."),
    ],
)
def test_numbers_of_lists_forms_of_numbers_and_other_occasions_are_no_difference(first: str, second: str) -> None:
    assert difference(one(first).value, one(second).value) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The driver supports MySQL 5.7 and its views.", "The driver supports MySQL 8.0 and its views."),
        ("Release 5.29.0 brings faster start of workers.", "Release 5.23.0 brings faster start of workers."),
        ("Lumberyard 1.16 is compatible with these kits.", "Lumberyard 1.19 is compatible with these kits."),
        ("See table 4 for weights of parcels abroad.", "See table 5 for weights of parcels abroad."),
        ("Returns of books are free in Europe.", "Returns of books are dear in Europe."),
    ],
)
def test_names_with_numbers_and_other_words_are_another_sentence(first: str, second: str) -> None:
    assert one(first).key != one(second).key


def test_a_row_of_a_table_is_known_by_its_first_cell() -> None:
    a, b = (one(f"Country: Norway; Price of a parcel: {price}; Delivery time: 5 days", is_table=True) for price in ("€9", "€12"))
    assert (a.key == b.key, difference(a.value, b.value)) == (True, "€9 or €12")
    assert list(statements("Weight: 5 kg; Price of a parcel: €9; Delivery time", HERE, "en", is_table=True)) == []


def test_a_sentence_below_another_heading_is_about_something_else() -> None:
    said = "The default time for an answer is 30 seconds."
    assert one(said).key != one(said, Place("Terms > Delivery", None)).key
    assert one(said).key == one(said, Place("Other terms > Returns", None)).key


def test_a_sentence_of_few_words_tells_nothing() -> None:
    assert list(statements("It is 30 days.\nStatus: 200", HERE, "en")) == []


def test_german_sentences_are_compared_by_the_rules_of_german() -> None:
    a = one("Bücher werden innerhalb von 30 Tagen nach Lieferung zurückgenommen.", language="de")
    b = one("Bücher werden innerhalb von 60 Tagen nach Lieferung zurückgenommen.", language="de")
    assert (a.key == b.key, difference(a.value, b.value)) == (True, "30 tag or 60 tag")
    c = one("Gutscheine nimmt der Laden nicht in bar zurück.", language="de")
    assert difference(one("Gutscheine nimmt der Laden in bar zurück.", language="de").value, c.value) == "one of them is negated"
