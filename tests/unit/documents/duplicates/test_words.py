"""What counts as the same text."""

import pytest

from causeway.documents.duplicates.words import jaccard, shingles, text_hash, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You can return a book.", "you can\nreturn a BOOK"),
        ("Returns: within 30 days (unused).", "Returns — within 30 days, “unused”"),
        ("a soft\u00adhyphen and a zero\u200bwidth sign", "A softhyphen, and a zerowidth sign"),
        ("ﬁnal oﬃce ＡＢＣ１", "final office abc1"),
        ("Cafe\u0301 STRASSE", "café straße"),
        ("東京の書店。", "東京の 書店"),
        ("snake_case word", "snake case word"),
    ],
)
def test_format_case_and_punctuation_make_no_other_text(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert text_hash(words(one)) == text_hash(words(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("return a book", "return a bill"), ("30 days", "31 days"), ("book a room", "room a book"), ("ab c", "a bc"), ("書店", "店書")],
)
def test_other_words_or_another_order_are_another_text(one: str, other: str) -> None:
    assert text_hash(words(one)) != text_hash(words(other))


def test_words_of_scripts_without_spaces_are_characters() -> None:
    assert [word.decode() for word in words("新しい book店 ไทย")] == ["新", "し", "い", "book", "店", "ไ", "ท", "ย"]


def test_a_text_without_words_has_none() -> None:
    assert words(" … — !\n") == []
    assert shingles([]) == shingles([b"one"]) == []


def test_likeness_is_the_share_of_pairs_of_words_that_both_have() -> None:
    one, other = (frozenset(shingles(words(text))) for text in ("a b c d", "a b c e"))
    assert jaccard(one, other) == 2 / 4
    assert jaccard(one, one) == 1
    assert jaccard(frozenset(), frozenset()) == 0
