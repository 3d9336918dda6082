"""Personal data that is found by its form, and what only looks like it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.safety.personal.kinds import Personal, united
from causeway.safety.personal.patterns import found

LEAST = 0.5


def seen(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(each.scheme or each.kind, text[each.start : each.end]) for each in found(text, language) if each.certainty >= LEAST]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to ada.lovelace+books@harbour-books.co.uk.", [("email", "ada.lovelace+books@harbour-books.co.uk")]),
        ("Kontakt: jörg@bücher.de, sonst niemand", [("email", "jörg@bücher.de")]),
        ("<root@harbour.io> and (eve@x.museum)", [("email", "root@harbour.io"), ("email", "eve@x.museum")]),
        ("Pay with 4111 1111 1111 1111 today", [("card", "4111 1111 1111 1111")]),
        ("Pay with 5500-0000-0000-0004.", [("card", "5500-0000-0000-0004")]),
        ("amex 378282246310005", [("card", "378282246310005")]),
        ("GB82 WEST 1234 5698 7654 32 is the account", [("iban", "GB82 WEST 1234 5698 7654 32")]),
        ("IBAN: DE89370400440532013000", [("iban", "DE89370400440532013000")]),
        ("iban nl91 abna 0417 1643 00 is ours", [("iban", "nl91 abna 0417 1643 00")]),
        ("NO93 8601 1117 947 and on", [("iban", "NO93 8601 1117 947")]),
        ("came from 93.184.216.34, twice", [("ip_address", "93.184.216.34")]),
        ("came from 2606:2800:220:1:248:1893:25c8:1946.", [("ip_address", "2606:2800:220:1:248:1893:25c8:1946")]),
        ("Ring +44 20 7946 0018 please", [("phone", "+44 20 7946 0018")]),
        ("Call 202-456-1111 now", [("phone", "202-456-1111")]),
        ("(202) 456-1111 is the number", [("phone", "(202) 456-1111")]),
    ],
)
def test_what_has_the_form_and_the_check_digits_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("de", "Telefon: 030 901820", "030 901820"),
        ("de", "Rufen Sie an: 089/2180-0 oder später", "089/2180-0"),
        ("fr", "Téléphone : 01 42 68 53 00", "01 42 68 53 00"),
        ("fr", "Il a donné 01.42.68.53.00 hier", "01.42.68.53.00"),
        ("ja", "電話 03-3581-0101 です", "03-3581-0101"),
    ],
)
def test_numbers_without_a_country_code_are_those_of_the_language(language: str, text: str, number: str) -> None:
    assert ("phone", number) in seen(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "git clone git@github.com:harbour/books.git",
        "ssh user@host and user@example.com, anna@mail.example.org, x@y.test",
        "see @harbour and a@b and the 50@2.5x rate",
        "order 4111 1111 1111 1112",
        "4111111111111111000111 is a hash",
        "0000 0000 0000 0000",
        "serial 1234567890123456",
        "GB82 WEST 1234 5698 7654 33 has a wrong digit",
        "GB68 XVZY 2415 9206 6112 5 lacks a digit that British ones have",
        "US82 WEST 1234 5698 7654 32 is of no country",
        "192.168.1.20, 10.0.0.1 and 127.0.0.1 are of nobody",
        "the network 203.0.113.7 is for documents, as 2001:db8::1 is",
        "release 1.34.2.9 of the client, version 12.1.0.2",
        "54.230.0.0/16 is a range",
        "the key std::vector::push and 12:30:45",
        "ISBN 978-0-14-044913-6",
        "on 2026-11-27 at 10:48:40.182000-05",
        "it costs € 056.780.217,00 or 1 234 567.89",
        "ami-2.0.20181112-x86",
        "the id 2025551212x345 and 1234567890",
        "Between 1914 and 1918, 16 500 000 people",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert seen(text) == []


def test_addresses_of_offices_are_less_certain() -> None:
    (office,), (person,) = found("info@harbour.io", "en"), found("ada@harbour.io", "en")
    assert LEAST < office.certainty < person.certainty


def test_a_card_of_twelve_digits_counts_after_a_word_for_it() -> None:
    assert seen("We were given 560000000003 today") == []
    assert seen("Her card is 560000000003 today") == [("card", "560000000003")]


def test_a_low_version_like_address_counts_after_a_word_for_it() -> None:
    assert seen("We were given 2.138.95.185") == []
    assert seen("The IP 2.138.95.185 was blocked") == [("ip_address", "2.138.95.185")]


def test_overlapping_places_become_one_and_nothing_of_them_is_left_out() -> None:
    one, other = Personal("phone", 0, 10, 0.6), Personal("card", 5, 15, 0.9)
    assert united([other, one]) == [Personal("card", 0, 15, 0.9)]
    assert united([Personal("phone", 0, 5, 0.6), Personal("card", 5, 9, 0.9)]) == [
        Personal("phone", 0, 5, 0.6),
        Personal("card", 5, 9, 0.9),
    ]
    assert united([Personal("phone", 0, 20, 0.5), Personal("card", 3, 5, 0.9)]) == [Personal("card", 0, 20, 0.9)]
    assert united([Personal("card", 0, 20, 0.5), Personal("phone", 3, 5, 0.5)]) == [Personal("card", 0, 20, 0.5)]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("0123456789 -./()+@:abcXYZé京\n"), max_size=120), st.sampled_from(["en", "de", "und"]))
def test_places_are_in_order_within_the_text_and_apart(text: str, language: str) -> None:
    places = found(text, language)
    assert all(0 <= each.start < each.end <= len(text) and 0 < each.certainty <= 1 for each in places)
    assert all(one.end <= other.start for one, other in pairwise(places))
