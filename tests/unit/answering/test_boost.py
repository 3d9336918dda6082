import random
from datetime import UTC, datetime

import pytest

from causeway.answering.assembly import answer_pipeline
from causeway.answering.boost import Boost
from causeway.answering.select import Select
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn
from causeway.retrieval.boosts import Boosts, Fresh
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline
from tests.unit.loopback import Services, hit

NOW = datetime(2026, 11, 26, tzinfo=UTC)
POLICIES = Boosts(sources={"policies/": 1.5})
QUESTION = "How long may books be returned?"


def passage(name: str, score: float, similarity: float = 0.9, **fields: object) -> FoundPassage:
    return FoundPassage.of_hit(hit(name, source=name, **fields) | {"_score": score}, similarity)


def boosted(boosts: Boosts, *passages: FoundPassage, **fields: object) -> Turn:
    turn = Turn("r", "harbour", QUESTION, Deadline.after(60), passages=passages, lead=0.4, **fields)  # type: ignore[arg-type]
    Boost(boosts, 0.6, ("en",), lambda: NOW)(turn)
    return turn


def names(turn: Turn) -> list[str]:
    return [found.source for found in turn.passages]


def test_a_boosted_document_overtakes_those_whose_score_is_near_and_no_others():
    turn = boosted(POLICIES, passage("a", 1.0), passage("b", 0.7), passage("policies/c", 0.6))
    assert names(turn) == ["a", "policies/c", "b"]
    assert [found.boost for found in turn.passages] == [1.0, 1.5, 1.0]
    assert turn.notes["boosted"] == 2
    assert turn.lead is None


def test_a_turn_whose_order_stays_keeps_its_lead():
    turn = boosted(POLICIES, passage("policies/a", 1.0), passage("b", 0.7))
    assert (names(turn), turn.notes["boosted"], turn.lead) == (["policies/a", "b"], 0, 0.4)


def test_what_was_reranked_is_boosted_by_its_place_there():
    first, second = passage("a", 0.1), passage("policies/b", 1.0)
    turn = boosted(POLICIES, first.model_copy(update={"mixed": 1.0}), second.model_copy(update={"mixed": 0.6}))
    assert names(turn) == ["a", "policies/b"]
    turn = boosted(POLICIES, first.model_copy(update={"mixed": 1.0}), second.model_copy(update={"mixed": 0.7}))
    assert names(turn) == ["policies/b", "a"]


def test_a_document_that_counts_less_sinks():
    assert names(boosted(Boosts(sources={"press/": 0.5}), passage("press/a", 1.0), passage("b", 0.6))) == ["b", "press/a"]


def test_of_two_that_are_alike_the_fresh_one_is_first():
    old, new = "2024-11-26T00:00:00Z", "2026-11-20T00:00:00Z"
    fresh = Boosts(fresh=Fresh(half_life_days=365, weight=0.1))
    assert names(boosted(fresh, passage("a", 1.0, indexed_at=old), passage("b", 0.99, indexed_at=new))) == ["b", "a"]
    assert names(boosted(fresh, passage("a", 1.0, indexed_at=old), passage("b", 0.8, indexed_at=new))) == ["a", "b"]


def test_equal_ones_stay_in_their_order():
    turn = boosted(POLICIES, *(passage(f"policies/{n}", 0.5) for n in range(5)))
    assert names(turn) == [f"policies/{n}" for n in range(5)]


def test_a_passage_below_the_floor_does_not_move_nor_does_one_in_a_language_that_cannot_be_compared():
    far, foreign = passage("policies/far", 0.9, similarity=0.5), passage("policies/foreign", 0.9, language="de")
    turn = boosted(POLICIES, passage("a", 1.0), far, foreign, passage("policies/b", 0.8))
    assert names(turn) == ["policies/b", "policies/far", "policies/foreign", "a"]


def test_a_question_of_several_parts_keeps_its_turns():
    turn = boosted(POLICIES, passage("a", 1.0), passage("policies/b", 0.9), parts=("one", "other"))
    assert (names(turn), turn.notes["boosted"]) == (["a", "policies/b"], 0)


def test_no_boosts_of_10_000_random_ones_refuse_a_question_or_let_one_through():
    """Whether `select` refuses, and how many relevant passages it keeps, is the same with and without them."""
    draw = random.Random(8)
    for _ in range(10_000):
        found = [
            passage(
                f"{draw.choice('abc')}/{n}",
                draw.random(),
                similarity=draw.choice((0.4, 0.59, 0.6, 0.9)),
                language=draw.choice(("en", "de")),
            )
            for n in range(draw.randint(0, 9))
        ]
        found.sort(key=lambda each: -each.score)
        boosts = Boosts(sources={f"{folder}/": draw.uniform(0.5, 2) for folder in draw.sample("abc", draw.randint(1, 3))})
        kept = []
        for turn in (Turn("r", "harbour", QUESTION, Deadline.after(60), passages=found), boosted(boosts, *found)):
            turn.top_k = draw.randint(1, 3) if not kept else kept[0][2]
            Select(0.6, ("en",))(turn)
            kept.append((turn.answer is None, sum(each.similarity >= 0.6 for each in turn.passages), turn.top_k))
        assert kept[0] == kept[1]


@pytest.mark.parametrize(("boosts", "first"), [('{"sources": {"policies/": 2}}', "policies/new.md"), ("", "press/old.md")])
def test_the_domains_boosts_decide_in_the_pipeline(services: Services, monkeypatch: pytest.MonkeyPatch, boosts: str, first: str):
    monkeypatch.setenv("BOOSTS", boosts)
    services.keep("new")
    text = "Books may be returned within 30 days with the receipt."
    services.hits = [
        hit("returns", source="press/old.md", text=text) | {"_score": 1.0},
        hit("new", source="policies/new.md", text=f"{text} Truly.") | {"_score": 0.8},
    ]
    turn = Turn("r", "harbour", QUESTION, Deadline.after(60), top_k=1)
    answer_pipeline(AnswerSettings.from_environment()).answer(turn)
    assert names(turn) == [first]
    assert ("boosted" in turn.notes) is bool(boosts)
