import pytest

from causeway.answering.turn import Answer, Citation
from evaluation.answered.asking import Kept
from evaluation.answered.judging import holds, left, right
from evaluation.answered.posed import Kind, Posed
from evaluation.golden import Evidence
from tests.unit.answering.test_confidence import RETURNS


def kept(text: str = "", kind: Kind = "answered", spans: tuple[str, ...] = (), evidence: tuple[Evidence, ...] = ()) -> Kept:
    posed = Posed("q", "set", "harbour", "How long may books be returned?", kind, spans, evidence)
    return Kept(posed, "", tuple(RETURNS), text, "end_turn")


@pytest.mark.parametrize(
    ("text", "span", "held"),
    [
        ("It is 30 days [1].", "30 days", True),
        ("It is 130 days.", "30 days", False),
        ("グスタフは作曲家です。", "作曲家", True),
        ("IT IS, IN ALL, SO.", "in all", True),
    ],
)
def test_a_span_is_held_by_whole_words_or_by_signs_where_words_are_not_spaced(text: str, span: str, held: bool):
    assert holds(text, span) is held


@pytest.mark.parametrize(
    ("kind", "found"),
    [("answered", True), ("elsewhere", False), ("unanswerable", False), ("told", None), ("underspecified", None)],
)
def test_an_answer_is_right_by_its_span_and_never_where_there_is_none(kind: Kind, found: bool | None):
    assert right(kept(kind=kind, spans=("30 days",)), Answer("30 days [1].", "answered")) is found


def test_golden_questions_are_right_with_the_words_and_the_document_of_their_evidence():
    asked = kept(evidence=(Evidence("returns.md", "within 30 days"),))
    cited = [Citation(1, "harbour/returns.md", "t", None, "", "q", 0.9)]
    assert right(asked, Answer("Within 30 days [1].", "answered", cited)) is True
    assert right(asked, Answer("Within 30 days [1].", "answered")) is False


def test_only_answers_that_the_checks_let_leave_are_judged():
    said = [
        "Books may be returned within 30 days [1].",
        "Penguins run this shop at night [1].",
        "See https://x.example for more [1].",
    ]
    found = list(left([kept(text, spans=("30 days",)) for text in said]))
    assert [(each.answer.text, each.right) for each in found] == [(said[0], True)]
    assert found[0].signals.whole == 1
