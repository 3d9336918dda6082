"""Pairs of claims, and what the verifier says of them."""

from evaluation.contrast.between import Pair, against_a_sentence, changed, different, sentences, settled_rightly
from evaluation.contrast.changes import WRONG

OPEN = "The tower of Hastings is open on all days in summer."
SHUT = "The tower of Hastings is not open on all days in summer."
PASSAGE = f"{OPEN} Visitors pay three pounds at the northern gate of it. So."


def test_pairs_are_whole_sentences_of_a_passage() -> None:
    assert sentences(PASSAGE, "en") == [OPEN, "Visitors pay three pounds at the northern gate of it."]
    assert [pair.one for pair in different([PASSAGE], "en")] == [OPEN]


def test_a_pair_is_a_sentence_with_the_same_made_wrong() -> None:
    assert next(changed([PASSAGE], WRONG["negation put in or taken out"], "en")) == Pair(OPEN, SHUT, PASSAGE)


def test_the_sentence_as_its_passage_has_it_wins() -> None:
    assert settled_rightly(Pair(OPEN, SHUT, PASSAGE))
    assert not settled_rightly(Pair(SHUT, OPEN, PASSAGE))


def test_a_claim_against_a_sentence_is_held_both_ways_round() -> None:
    assert against_a_sentence(Pair(OPEN, SHUT, PASSAGE), "en")
    assert not against_a_sentence(Pair(OPEN, OPEN, PASSAGE), "en")
