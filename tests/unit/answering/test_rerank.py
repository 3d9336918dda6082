from collections.abc import Callable
from typing import Any

import pytest

from causeway.answering.assembly import answer_pipeline, answer_steps
from causeway.answering.services import conversations
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable
from tests.unit.loopback import Reply, Services, hit

LogLines = Callable[[], list[dict[str, Any]]]
DOWN = Reply({"message": "down"}, 503, {"x-amzn-ErrorType": "ServiceUnavailableException"})
HANGS = Reply({}, seconds=2.3)
REFUSES = Reply({"message": "no"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"})


@pytest.fixture(autouse=True)
def found(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six passages, of which the search likes the first best and the reranker the last."""
    monkeypatch.setenv("RERANK_MODEL", "cohere.rerank-v3-5:0")
    monkeypatch.setenv("CLEAR_MARGIN", "0.3")
    monkeypatch.setenv("ANSWERS_WITHOUT", "embedding,reranker,model")
    texts = [
        "Gift cards never expire.",
        *(f"Shop {n} sells books." for n in range(4)),
        "Books may be returned within 30 days with the receipt.",
    ]
    services.hits = [hit("returns", position=n, title="Leaflet", text=text) | {"_score": 0.9 - n / 10} for n, text in enumerate(texts)]
    services.relevance = {"30 days": 0.97, "Gift": 0.02}


def asked(top_k: int = 2, seconds: float = 60.0) -> Turn:
    turn = Turn("r", "harbour", "How long may books be returned?", Deadline.after(seconds), top_k=top_k)
    answer_pipeline(AnswerSettings.from_environment()).answer(turn)
    return turn


def test_the_reranker_decides_which_passages_are_kept(services: Services):
    turn = asked()
    assert [passage.position for passage in turn.passages] == [5, 1]
    assert [passage.relevance for passage in turn.passages] == [0.97, 0.1]
    assert turn.notes["reranked"] == 6
    assert "rerank_skipped" not in turn.notes


def test_the_searchs_scores_have_a_say_where_the_reranker_has_not_all_of_it(services: Services, monkeypatch: pytest.MonkeyPatch):
    services.relevance = {"30 days": 0.55, "Gift": 0.45}
    assert [passage.position for passage in asked().passages] == [5, 0]
    monkeypatch.setenv("RERANK_WEIGHT", "0.4")
    turn = asked()
    assert [(passage.position, passage.relevance) for passage in turn.passages] == [(0, 0.45), (1, 0.1)]


def test_a_reranker_has_more_candidates_to_choose_from(services: Services):
    asked()
    assert services.asked["search"][0].body[1]["size"] == 50


def test_the_reranker_reads_title_heading_and_text_of_each_candidate(services: Services):
    asked()
    (request,) = services.asked["reranker"]
    assert request.body["query"] == "How long may books be returned?"
    assert request.body["documents"][0] == "Leaflet\nPolicies\nGift cards never expire."
    assert len(request.body["documents"]) == 6


def test_each_part_of_a_question_has_its_turn(services: Services):
    services.keep("shops")
    services.hits += [hit("shops", text="Shop 9 opens at nine.") | {"_score": 0.1}]
    turn = Turn("r", "harbour", "How long may books be returned, and when does the shop open?", Deadline.after(60), top_k=2)
    replies = [{"results": [{"index": n, "relevance_score": float(n == best)} for n in range(7)]} for best in (5, 6)]
    services.script("reranker", *map(Reply, replies))
    answer_pipeline(AnswerSettings.from_environment()).answer(turn)
    assert [request.body["query"] for request in services.asked["reranker"]] == [
        "How long may books be returned",
        "when does the shop open?",
    ]
    assert [passage.document_id for passage in turn.passages] == ["returns", "shops"]
    assert (turn.notes["parts"], turn.outcome) == (2, "answered")


def test_a_question_is_refused_by_what_is_left_after_reranking(services: Services):
    services.similarity = 0.55
    services.relevance = {"Gift": 0.9, "Shop": 0.8}
    assert asked().outcome == "nothing-found"
    services.relevance = {"30 days": 0.9}
    assert asked().outcome == "answered"


def test_a_passage_that_is_clearly_best_is_not_reranked_and_the_log_counts_it(services: Services, log_lines: LogLines):
    services.hits[0]["_score"] = 1.2
    assert [passage.position for passage in asked().passages] == [0, 1]
    assert not services.asked["reranker"]
    line = log_lines()[-1]
    assert (line["rerank_skipped"], line["reranked"]) == (1, 0)


def test_a_search_for_words_alone_has_no_lead_that_could_be_clear(services: Services):
    services.hits[0]["_score"] = 12.0
    services.script("embedding", DOWN)
    turn = asked()
    assert turn.lead is None
    assert turn.notes["reranked"] == 6


def test_a_single_passage_is_not_reranked(services: Services):
    del services.hits[:5]
    assert asked().outcome == "answered"
    assert not services.asked["reranker"]


@pytest.mark.parametrize("reply", [DOWN, HANGS], ids=["down", "hangs"])
def test_without_the_reranker_the_searchs_order_stays_and_the_answer_says_so(services: Services, log_lines: LogLines, reply: Reply):
    services.script("reranker", reply)
    turn = asked(top_k=6)
    assert turn.degraded == ["reranker"]
    assert [passage.position for passage in turn.passages] == list(range(6))
    assert turn.outcome == "answered"
    failed = next(line for line in log_lines() if line["message"] == "dependency failed")
    assert failed["dependency"] == "reranker"


def test_a_reranker_that_refuses_us_is_a_fault_for_operators_and_not_hidden(services: Services):
    services.script("reranker", REFUSES)
    with pytest.raises(DependencyRejected, match="reranker"):
        asked()


def test_a_domain_may_prefer_no_answer_to_one_without_the_reranker(services: Services, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANSWERS_WITHOUT", "embedding,model")
    services.script("reranker", DOWN)
    with pytest.raises(DependencyUnavailable, match="reranker"):
        asked()


def test_the_reranker_takes_no_time_that_the_model_needs(services: Services):
    turn = asked(top_k=6, seconds=17.5)
    assert turn.degraded == ["reranker"]
    assert not services.asked["reranker"]
    assert turn.outcome == "answered"


def test_an_environment_without_a_reranker_has_no_such_step(monkeypatch: pytest.MonkeyPatch, services: Services):
    settings = AnswerSettings.from_environment()
    assert "rerank" in [step.name for step in answer_steps(settings, conversations(settings))]
    without = settings.model_copy(update={"rerank_model": ""})
    assert "rerank" not in [step.name for step in answer_steps(without, conversations(without))]
