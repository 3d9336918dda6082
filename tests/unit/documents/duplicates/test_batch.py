"""Duplicates among many texts, against all pairs compared one by one."""

from itertools import combinations

import pytest

from causeway.documents.duplicates import batch
from causeway.documents.duplicates.batch import Pair, pairs
from causeway.documents.duplicates.words import jaccard, shingles, words
from tests.unit.documents.duplicates.making import changed, prose

SHARES = (0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.4)


def one_by_one(texts: list[str], least: float) -> dict[tuple[int, int], float]:
    sets = [frozenset(shingles(words(text))) for text in texts]
    likeness = {(one, other): jaccard(sets[one], sets[other]) for one, other in combinations(range(len(texts)), 2)}
    return {pair: found for pair, found in likeness.items() if found >= least}


@pytest.mark.parametrize("least", [0.7, 0.8, 0.9])
def test_pairs_are_those_that_a_comparison_of_all_finds(least: float) -> None:
    texts = [" ".join(changed(prose(seed, 150), share, seed)) for seed in range(30) for share in SHARES]
    expected = one_by_one(texts, least)
    found = {(pair.first, pair.second): pair.likeness for pair in pairs(texts, least)}
    assert found.items() <= expected.items()
    assert len(found) >= 0.99 * len(expected) > 0


def test_the_same_words_are_paired_with_the_first_of_them() -> None:
    assert pairs(["One two.", "other words", "one TWO", "one, two"], 0.8) == [Pair(0, 2, 1.0), Pair(0, 3, 1.0)]


def test_a_copy_of_a_copy_is_found_near_by_its_first() -> None:
    text, near = " ".join(prose(1, 200)), " ".join(changed(prose(1, 200), 0.01))
    found = pairs([text, text.upper(), near], 0.8)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2)]
    assert 0.9 < found[1].likeness < 1


def test_short_texts_are_duplicates_only_if_they_are_the_same() -> None:
    long, short = prose(1, 17), prose(1, 16)
    assert pairs([" ".join(short), " ".join([*short[:-1], "other"])], 0.7) == []
    assert [pair.likeness for pair in pairs([" ".join(long), " ".join([*long[:-1], "other"])], 0.7)] == [15 / 17]


def test_of_a_crowd_each_is_paired_with_some_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CROWD", 5)
    texts = [" ".join([*prose(1, 100), f"number{place}"]) for place in range(300)]
    found = pairs(texts, 0.9)
    assert {pair.second for pair in found} == set(range(1, 300))
    assert len(found) <= 300 * 5


@pytest.mark.parametrize("least", [0.69, 1.01])
def test_a_least_likeness_out_of_range_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match=f"{least} is out of range: choose one from 0.7 to 1"):
        pairs([], least)


def test_no_texts_have_no_pairs() -> None:
    assert pairs([], 0.8) == []
