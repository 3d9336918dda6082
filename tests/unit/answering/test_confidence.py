import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from causeway.answering.assembly import answer_pipeline
from causeway.answering.confidence import Confidence, Signals, Thresholds, decided, nearness, to_verify
from causeway.answering.ground import Ground
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import REFUSAL, Answer, Generation
from causeway.retrieval.passage import FoundPassage
from causeway.safety.grounding import Claim, ground
from tests.unit.answering.test_pipeline import turn
from tests.unit.loopback import Services, hit

WEIGHTS = {"support": 2.0, "said": 1.0}
RETURNS = [FoundPassage.of_hit(hit("returns", text="Books may be returned within 30 days with the receipt.") | {"_score": 0.9}, 0.7)]
shares = st.floats(0, 1)
signals = st.builds(Signals, *[shares] * 8)


def confidence(**thresholds: Thresholds) -> Confidence:
    return Confidence(intercept=-1.0, weights=WEIGHTS, thresholds={"default": Thresholds(), **thresholds})


def answered(services: Services, **thresholds: dict[str, float]) -> Answer:
    """With a confidence of 0.5 whatever the signals are."""
    fit = Confidence.model_validate({"intercept": 0, "weights": {}, "thresholds": thresholds})
    settings = AnswerSettings.from_environment().model_copy(update={"confidence": fit})
    return answer_pipeline(settings).answer(turn())


@given(signals, st.sampled_from(sorted(WEIGHTS)), shares)
def test_confidence_lies_between_nothing_and_one_and_grows_with_what_speaks_for_an_answer(known: Signals, name: str, other: float):
    low, high = sorted((asdict(known)[name], other))
    less, more = (confidence().of(replace(known, **{name: value})) for value in (low, high))
    assert 0.01 <= less <= more <= 0.99


def test_an_answer_that_is_sure_enough_has_nothing_to_verify(services: Services):
    found = answered(services, default={"answer": 0.5, "verify": 0.4})
    assert (found.outcome, found.confidence, found.verify) == ("answered", 0.5, ())


def test_a_less_sure_answer_comes_with_the_sentences_to_verify(services: Services):
    found = answered(services, default={"answer": 0.6, "verify": 0.5})
    assert (found.outcome, found.verify) == ("answered", ("Books may be returned within 30 days.",))


def test_an_answer_that_is_not_sure_enough_is_refused(services: Services):
    found = answered(services, default={"answer": 0.95, "verify": 0.7})
    assert (found.text, found.outcome, found.confidence, found.citations) == (REFUSAL, "low-confidence", 0.0, ())


def test_an_intent_has_thresholds_of_its_own_and_others_have_the_default():
    limits = {"default": Thresholds(answer=0.6, verify=0.5), "refund": Thresholds()}
    step = Ground(0.6, Confidence(intercept=0, weights={}, thresholds=limits))
    outcomes = {}
    for intent in ("refund", "opening-hours", ""):
        asked = turn(intent=intent, passages=RETURNS)
        asked.generation = Generation("Books may be returned within 30 days [1].", "end_turn")
        step(asked)
        outcomes[intent] = asked.outcome
    assert outcomes == {"refund": "low-confidence", "opening-hours": "answered", "": "answered"}


@pytest.mark.parametrize(
    ("reason", "text", "withheld"), [("max_tokens", "Books may be returned within 30 days [1].", 1), ("end_turn", None, 0)]
)
def test_a_sentence_that_the_limit_has_cut_is_left_out_and_counted(reason: str, text: str | None, withheld: int):
    whole = "Books may be returned within 30 days [1]. Books may be returned with the [1]"
    asked = turn(passages=RETURNS)
    asked.generation = Generation(whole, reason)
    Ground(0.6, Confidence(intercept=0, weights={}, thresholds={"default": Thresholds(answer=0, verify=0)}))(asked)
    assert asked.answer is not None
    assert (asked.answer.text, asked.answer.withheld) == (text or whole, withheld)


def test_a_cut_sentence_stays_when_it_is_all_there_is():
    asked = turn(passages=RETURNS)
    asked.generation = Generation("Books may be returned within 30 [1]", "max_tokens")
    Ground(0.6, Confidence(intercept=0, weights={}, thresholds={"default": Thresholds(answer=0, verify=0)}))(asked)
    assert (asked.outcome, asked.withheld) == ("answered", 0)


def test_the_log_line_of_a_refused_answer_has_the_confidence_that_refused_it(services: Services):
    asked = turn()
    fit = Confidence(intercept=0, weights={}, thresholds={"default": Thresholds()})
    answer_pipeline(AnswerSettings.from_environment().model_copy(update={"confidence": fit})).answer(asked)
    assert asked.notes["fitted_confidence"] == 0.5


def test_what_is_to_be_verified_has_figures_or_other_words_and_else_least_support():
    plain, figure, other = (
        Claim("Dogs are welcome.", (1,), 1.0),
        Claim("Tea costs 3 euros.", (1,), 1.0),
        Claim("Cats may visit.", (1,), 0.6),
    )
    assert to_verify([plain, figure, other]) == ["Tea costs 3 euros.", "Cats may visit."]
    assert to_verify([plain, Claim("Birds sing here.", (1,), 0.9)]) == ["Birds sing here."]


def test_a_claim_that_was_left_out_is_not_to_be_verified():
    assert to_verify([Claim("Dogs are welcome.", (1,), 1.0), Claim("Tea costs 3 euros.", (1,), 0.2)]) == ["Dogs are welcome."]


def test_an_answer_at_a_threshold_passes_it():
    limits = Thresholds(answer=0.8, verify=0.5)
    assert [decided(Answer("a", "answered", confidence=share), limits, []) is None for share in (0.49, 0.5, 0.8)] == [True, False, False]


def test_the_signals_say_where_the_cited_passage_was_found_and_what_the_answer_says_of_the_question():
    texts = ("Mugs are washed by hand every evening.", "Books may be returned within 30 days.")
    passages = [FoundPassage.of_hit(hit("d", position=n, text=text) | {"_score": 0.9 - n / 2}, 0.7) for n, text in enumerate(texts)]
    asked = turn(passages=passages)
    first, second = (Signals.of(asked, ground(f"{text} [{n}]", texts), 0.6) for n, text in enumerate(texts, 1))
    assert (first.first, first.margin, first.covered, first.said) == pytest.approx((1, 0.5, 0, 0))
    assert (second.first, second.margin, second.covered, second.said) == pytest.approx((0, -0.5, 2 / 3, 2 / 3))
    assert (second.support, second.whole, second.similarity, second.same_language) == pytest.approx((1, 1, 0.5, 1))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"thresholds": {"refund": {}}}, "default"),
        ({"thresholds": {"default": {"answer": 0.5, "verify": 0.6}}}, "above answer"),
        ({"weights": {"mood": 1}}, "mood"),
    ],
)
def test_a_confidence_that_cannot_work_is_refused_with_what_is_wrong(wrong: dict[str, object], says: str):
    right = {"intercept": 0, "weights": {}, "thresholds": {"default": {}}}
    with pytest.raises(ValidationError, match=says):
        Confidence.model_validate_json(json.dumps(right | wrong))


def test_nearness_begins_at_the_floor_and_ends_in_the_middle_above_it():
    assert [nearness(similarity, 0.6) for similarity in (0.5, 0.6, 0.7, 0.8, 0.9)] == pytest.approx([0, 0, 0.5, 1, 1])
