from dataclasses import replace

import pytest

from causeway.retrieval.passage import Passage
from causeway.safety.grounding import Claim
from evaluation.answers import Given
from evaluation.explain.failure import Case, Failure, failure_of, is_cut
from evaluation.golden import Evidence, Question
from tests.unit.loopback import hit

RETURNS = Evidence("returns.md", "within 30 days of buying it")
SHIPPING = Evidence("shipping.md", "takes two days")
REFUSED = Given(False, "I could not find this.", [])


def passage(document: str, text: str, position: int = 0) -> Passage:
    return Passage.model_validate(hit(document, text=text, position=position)["_source"])


def question(*evidence: Evidence) -> Question:
    return Question("q", "harbour", "single", "How long?", evidence)


def said(text: str, *cited: str) -> Given:
    return Given(True, text, cited)


GOLD = passage("returns", "Return a book within 30 days of buying it. Bring the receipt.", 4)
SENT = passage("shipping", "A parcel takes two days.")
OTHER_PLACE = passage("returns", "Vouchers cannot be returned.", 9)
ELSEWHERE = passage("gifts", "Gift cards never expire.")
HEAD = passage("returns", "Return a book within 30 days", 4)
TAIL = passage("returns", "of buying it. Bring the receipt.", 5)
UNSUPPORTED = (Claim("Books may be kept for ever.", (1,), 0.1),)


def test_an_answer_with_the_gold_words_and_a_refusal_of_what_no_document_answers_are_right():
    given = said("You may return it within 30 days of buying it [1].", "returns.md")
    assert failure_of(Case(question(RETURNS), given, [GOLD], [1]))[0] is Failure.RIGHT
    assert failure_of(Case(question(), REFUSED))[0] is Failure.RIGHT


def test_an_answer_where_no_document_answers_is_invented():
    assert failure_of(Case(question(), said("Never [1].", "gifts.md"), [ELSEWHERE], [1]))[0] is Failure.INVENTED


@pytest.mark.parametrize("given", [REFUSED, said("Gift cards never expire [1].", "gifts.md")])
def test_gold_of_a_document_that_the_model_was_not_given_is_not_retrieved(given: Given):
    case = Case(question(RETURNS), given, [ELSEWHERE], [1] if given.answered else [], indexed={RETURNS: [GOLD]})
    failure, why = failure_of(case)
    assert (failure, why) == (Failure.NOT_RETRIEVED, "no passage of returns.md was given to the model, and no candidate has the words")
    assert "though candidate 2 has the words" in failure_of(replace(case, candidates=[ELSEWHERE, GOLD]))[1]


def test_a_quote_that_the_index_does_not_have_is_told():
    failure, why = failure_of(Case(question(RETURNS), REFUSED, [ELSEWHERE], indexed={RETURNS: [OTHER_PLACE]}))
    assert failure is Failure.NOT_RETRIEVED
    assert "is the document there, with this quote?" in why


def test_gold_whose_words_are_in_two_neighbours_is_cut_whichever_of_them_were_given():
    for given in ([HEAD, TAIL], [HEAD], [ELSEWHERE]):
        assert failure_of(Case(question(RETURNS), REFUSED, given, indexed={RETURNS: [TAIL, HEAD]}))[0] is Failure.CUT


def test_gold_that_an_overlap_keeps_whole_is_not_cut():
    whole = passage("returns", "within 30 days of buying it. Bring the receipt.", 5)
    assert failure_of(Case(question(RETURNS), REFUSED, [ELSEWHERE], indexed={RETURNS: [HEAD, whole]}))[0] is Failure.NOT_RETRIEVED


def test_another_passage_of_the_golds_document_is_the_wrong_granularity():
    case = Case(question(RETURNS), REFUSED, [OTHER_PLACE], indexed={RETURNS: [GOLD, OTHER_PLACE]})
    assert failure_of(case)[0] is Failure.GRANULARITY


def test_other_words_of_the_cited_gold_passage_are_the_wrong_granularity():
    assert failure_of(Case(question(RETURNS), said("Bring the receipt [1].", "returns.md"), [GOLD], [1]))[0] is Failure.GRANULARITY


def test_gold_that_was_given_and_passed_by_is_not_used():
    aside = said("Gift cards never expire [2].", "gifts.md")
    assert failure_of(Case(question(RETURNS), aside, [GOLD, ELSEWHERE], [2]))[0] is Failure.NOT_USED
    assert failure_of(Case(question(RETURNS), REFUSED, [GOLD]))[0] is Failure.NOT_USED


def test_a_claim_without_support_in_place_of_the_gold_is_invented():
    assert failure_of(Case(question(RETURNS), REFUSED, [GOLD], claims=UNSUPPORTED))[0] is Failure.INVENTED


def test_one_of_two_pieces_that_were_given_is_not_synthesised():
    half = said("A parcel takes two days [2].", "shipping.md")
    failure, why = failure_of(Case(question(RETURNS, SHIPPING), half, [GOLD, SENT], [2], UNSUPPORTED))
    assert (failure, why) == (Failure.NOT_SYNTHESISED, "1 of the 2 pieces that the question needs are said")


def test_of_two_pieces_the_one_that_was_not_given_names_the_class():
    half = said("A parcel takes two days [1].", "shipping.md")
    case = Case(question(SHIPPING, RETURNS), half, [SENT], [1], indexed={RETURNS: [GOLD], SHIPPING: [SENT]})
    assert failure_of(case)[0] is Failure.NOT_RETRIEVED


def test_a_cut_is_between_neighbours_of_one_document_and_may_overlap():
    assert is_cut(RETURNS, [HEAD, passage("returns", "30 days of buying it. Bring the receipt.", 5)])
    assert not is_cut(RETURNS, [HEAD, passage("returns", "of buying it.", 7)])
    assert not is_cut(RETURNS, [HEAD, passage("gifts", "of buying it.", 5)])
    assert not is_cut(RETURNS, [HEAD, passage("returns", "buying it.", 5)])


def test_what_is_said_needs_no_passage_that_has_it_whole():
    both = said("You may return it within 30 days of buying it [1].", "returns.md")
    case = Case(question(RETURNS, SHIPPING), both, [HEAD, SENT], [1], indexed={RETURNS: [HEAD, TAIL], SHIPPING: [SENT]})
    assert failure_of(case)[0] is Failure.NOT_SYNTHESISED


def test_gold_that_a_passage_has_whole_is_not_cut_though_a_repeat_of_it_is():
    repeat = passage("returns", GOLD.text, 8)
    case = Case(question(RETURNS), REFUSED, [ELSEWHERE], indexed={RETURNS: [HEAD, TAIL, repeat]})
    assert failure_of(case)[0] is Failure.NOT_RETRIEVED
