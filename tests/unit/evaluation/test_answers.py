import pytest

from evaluation.answers import Given, Verdict, judge, tally
from evaluation.golden import Evidence, Question

RETURNS = Evidence("returns.md", "within 30 days")
SHIPPING = Evidence("shipping.md", "two days")


def question(*evidence: Evidence, id: str = "q") -> Question:
    return Question(id, "harbour", "single", "How long?", evidence)


RIGHT = Given(True, "You may return it [1] within\n30 days.", ["returns.md"])
OTHER_WORDS = Given(True, "Bring the receipt [1].", ["returns.md"])
STRAY = Given(True, "You may return it within 30 days [1].", ["gifts.md"])
REFUSED = Given(False, "I could not find this.", [])


@pytest.mark.parametrize(
    ("given", "verdict"), [(RIGHT, Verdict.RIGHT), (OTHER_WORDS, Verdict.NEAR), (STRAY, Verdict.WRONG), (REFUSED, Verdict.REFUSED)]
)
def test_an_answer_is_right_when_it_cites_the_document_and_says_its_words(given, verdict):
    assert judge(question(RETURNS), given) is verdict


def test_a_question_that_needs_two_documents_is_not_right_with_one():
    assert judge(question(RETURNS, SHIPPING), RIGHT) is Verdict.NEAR


def test_a_number_is_not_found_inside_a_longer_one():
    assert judge(question(Evidence("returns.md", "30 days")), Given(True, "130 days [1]", ["returns.md"])) is Verdict.NEAR


def test_what_no_document_answers_is_right_when_refused():
    assert (judge(question(), REFUSED), judge(question(), STRAY)) == (Verdict.RIGHT, Verdict.WRONG)


def test_citations_without_evidence_are_counted_over_the_answerable_questions():
    both = Given(True, "within 30 days [1] [2]", ["returns.md", "gifts.md"])
    found = tally([(question(RETURNS, id="a"), both), (question(id="b"), STRAY)])
    assert (found.questions, found.strays) == (2, 0.5)
    assert (found.by[Verdict.RIGHT], found.by[Verdict.WRONG]) == (["a"], ["b"])
