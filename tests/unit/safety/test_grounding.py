from hypothesis import given
from hypothesis import strategies as st

from causeway.safety.grounding import Verdict, coverage, ground

RETURNS = "Returns\nBooks may be returned within 30 days of delivery with the receipt. Signed copies are not taken back."
SHIPPING = "Shipping\nParcels to Norway take 5 working days and cost 12.50 euros."
PASSAGES = [RETURNS, SHIPPING]


def test_a_claim_in_the_passages_words_is_grounded():
    grounding = ground("You can return a book within 30 days with its receipt [1].", PASSAGES)
    assert (grounding.verdict, grounding.cites) == (Verdict.GROUNDED, [1])


def test_a_claim_that_no_passage_carries_is_not():
    assert ground("Membership costs twelve crowns every quarter [1].", PASSAGES).verdict is Verdict.UNGROUNDED


def test_a_wrong_number_alone_makes_a_claim_ungrounded():
    assert ground("Books may be returned within 60 days of delivery with the receipt [1].", PASSAGES).verdict is Verdict.UNGROUNDED


def test_numbers_match_in_any_of_their_forms():
    assert ground("Parcels to Norway cost 12.5 euros [2].", PASSAGES).verdict is Verdict.GROUNDED


def test_an_unknown_mark_is_dropped_beside_a_known_one():
    grounding = ground("Parcels to Norway take 5 working days [2][7].", PASSAGES)
    assert grounding.text == "Parcels to Norway take 5 working days [2]."
    assert grounding.verdict is Verdict.GROUNDED


def test_a_claim_with_only_unknown_marks_gets_the_mark_of_the_passage_that_says_it():
    grounding = ground("Signed copies are not taken back [8].", PASSAGES)
    assert grounding.text == "Signed copies are not taken back. [1]"


def test_a_claim_with_only_unknown_marks_that_no_passage_says_is_misattributed():
    assert ground("Parcels to Norway take 5 working days [2]. Cats rule the moon base [9].", PASSAGES).verdict is Verdict.MISATTRIBUTED


def test_a_claim_without_a_mark_is_given_one():
    grounding = ground("Signed copies are not taken back.", PASSAGES)
    assert (grounding.text, grounding.verdict) == ("Signed copies are not taken back. [1]", Verdict.GROUNDED)


def test_a_wrong_mark_is_joined_by_the_right_one():
    grounding = ground("Signed copies are not taken back [2].", PASSAGES)
    assert set(grounding.cites) == {1, 2}


def test_one_claim_of_two_makes_an_answer_partly_grounded():
    grounding = ground("Parcels to Norway take 5 working days [2]. The shop also employs friendly penguins.", PASSAGES)
    assert grounding.verdict is Verdict.PARTLY
    assert 0.3 < grounding.support < 0.7


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before_it():
    grounding = ground("Parcels to Norway take 5 working days. [2] Signed copies are not taken back. [1]", PASSAGES)
    assert [claim.cites for claim in grounding.claims] == [(2,), (1,)]


def test_introductions_and_questions_claim_nothing():
    answer = "These rules hold for returned books:\n- Signed copies are not taken back [1].\nShall I look up anything else?"
    grounding = ground(answer, PASSAGES)
    assert len(grounding.claims) == 1


def test_an_answer_that_claims_nothing_is_ungrounded():
    assert ground("Yes.", PASSAGES).verdict is Verdict.UNGROUNDED


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=4))
def test_marks_of_any_checked_answer_name_given_passages(answer: str, passages: list[str]):
    assert set(ground(answer, passages).cites) <= set(range(1, len(passages) + 1))


@given(st.sampled_from(PASSAGES), st.integers(0, 3))
def test_a_passages_own_sentences_are_always_grounded(passage: str, extra: int):
    answer = passage.split("\n")[1]
    assert ground(answer, [passage, *["Nothing here."] * extra]).verdict is Verdict.GROUNDED


def test_coverage_is_the_share_of_the_questions_words():
    assert coverage("Do you ship parcels to Norway?", SHIPPING) > 0.6
    assert coverage("Who painted the ceiling?", SHIPPING) == 0.0
    assert coverage("and then?", SHIPPING) == 0.0
