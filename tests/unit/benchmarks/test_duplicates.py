"""The complete join that near-duplicates are measured against, and the ways of changing a copy."""

import random
from itertools import combinations

import pytest

from benchmarks.duplicates import EDITS, exact_pairs
from causeway.documents.duplicates.words import jaccard, shingles, text_hash, words
from tests.unit.documents.duplicates.making import changed, prose


@pytest.mark.parametrize("least", [0.7, 0.8, 0.9])
def test_the_join_finds_what_a_comparison_of_all_does(least: float) -> None:
    texts = [" ".join(changed(prose(seed, 60), share, seed)) for seed in range(12) for share in (0.0, 0.02, 0.04, 0.1, 0.2)]
    sets = [frozenset(shingles(words(text))) for text in texts]
    expected = {pair for pair in combinations(range(len(texts)), 2) if jaccard(*(sets[place] for place in pair)) >= least}
    assert exact_pairs(texts, least) == expected
    assert expected


def test_the_join_pairs_the_same_words_with_their_first_and_no_short_texts() -> None:
    short = " ".join(prose(1, 16))
    assert exact_pairs(["Closed.", short, "closed", "CLOSED!", f"{short[:-1]}9"], 0.7) == {(0, 2), (0, 3)}


@pytest.mark.parametrize("way", EDITS)
def test_every_way_changes_a_copy_and_only_case_and_line_breaks_keep_its_words(way: str) -> None:
    text = ". ".join(" ".join(prose(seed, 12)) for seed in range(10))
    chance = random.Random(1)
    copy = next(copy for _ in range(20) if (copy := EDITS[way](text, chance)) != text)
    assert (text_hash(words(copy)) == text_hash(words(text))) is (way == "case and line breaks")
