import sys
import unicodedata

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from causeway.documents.names import SCHEMA, clean_name

ODD = ("\u200b", "\u2028", "\u3000", "\ufeff", "\u0301", "한", "😀")
tricky = st.text(st.sampled_from([*"./\\ ${filename}aé\n\t\x00\x7f\xa0\xad", *ODD]), max_size=30)
schema = jsonschema_rs.validator_for(SCHEMA)


def is_taken(name: str) -> bool:
    try:
        clean_name(name)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("/a//b/c.md", "a/b/c.md"), ("a\\b.PDF", "a/b.PDF"), (" x / y.txt", "x/y.txt"), ("cafe\u0301.html", "café.html"), ("...md", "...md")],
)
def test_a_name_is_kept_in_one_form(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@pytest.mark.parametrize("name", ["..", "a/..", " .. /x", "a\\.\\b", "a\u200b.md", "a\n", "\u2028a", " / ", "/", "", "x/${filename}"])
def test_a_name_that_climbs_hides_or_is_empty_is_refused(name: str) -> None:
    assert not is_taken(name)


@pytest.mark.parametrize(
    ("name", "taken"), [("a" * 512, True), ("a" * 513, False), ("é" * 239, True), ("é" * 240, False), ("é" + "a" * 239, False)]
)
def test_a_name_is_at_most_as_long_as_its_key_in_storage_allows(name: str, taken: bool) -> None:
    assert is_taken(name) == taken


@given(st.text() | tricky)
@example("..")
@example("a/ . /b")
@example("${filename}")
@example("flag\U000e0067.md")
@example("a\U000e0b47.md")
def test_the_schema_takes_what_the_handler_takes_and_nothing_else(name: str) -> None:
    assert schema.is_valid(name) == is_taken(name)


def test_no_character_that_shows_nothing_is_taken_by_schema_or_handler() -> None:
    hidden = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zl", "Zp"}]
    taken = [ascii(each) for each in hidden if is_taken(f"a{each}.md") or schema.is_valid(f"a{each}.md")]
    assert not taken
