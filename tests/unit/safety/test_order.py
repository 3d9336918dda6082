import random

import pytest

from causeway.safety.order import in_a_row, longest_common, share_in_order, words_in_order


def slow(one: str, other: str) -> int:
    """By the textbook's table."""
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + slow(one[1:], other[1:])
    return max(slow(one[1:], other), slow(one, other[1:]))


def test_the_longest_common_subsequence_is_that_of_the_textbook():
    chance = random.Random(3)
    for _ in range(300):
        one, other = ("".join(chance.choices("abcd", k=chance.randint(0, 7))) for _ in range(2))
        assert longest_common(one, other) == slow(one, other)


@pytest.mark.parametrize(
    ("said", "told", "share"),
    [
        ("The ferry leaves the harbour at nine.", "The ferry leaves the old harbour each day at nine.", 1.0),
        ("At nine the harbour leaves the ferry.", "The ferry leaves the old harbour each day at nine.", 0.25),
        ("Leaving ferries", "The ferry leaves.", 0.5),
        ("船は九時に港を出ます。", "船は毎日九時に港を出ます。", 1.0),
        ("", "The ferry leaves.", 0.0),
    ],
)
def test_words_count_by_their_stems_and_in_their_order(said: str, told: str, share: float):
    language = "en" if said.isascii() else "ja"
    assert share_in_order(words_in_order(said, language), words_in_order(told, language)) == share


@pytest.mark.parametrize(
    ("said", "told", "expected"), [("ab", "cabd", True), ("ab", "acb", False), ("", "ab", False), ("abc", "ab", False), ("b", "ab", True)]
)
def test_words_in_a_row_have_none_between_them(said: str, told: str, expected: bool):
    assert in_a_row(said, told) is expected
