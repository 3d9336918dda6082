"""Answers without a service that they should have, and which services no answer goes without."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from causeway.answering.assembly import answer_pipeline
from causeway.answering.contract import AnswerResponse
from causeway.answering.search_only import SAID
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Answer, Turn
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable
from causeway.runtime.logs import metrics
from tests.unit.event_stream import piece
from tests.unit.loopback import Reply, Services, hit

LogLines = Callable[[], list[dict[str, Any]]]
DOWN = Reply({"message": "down"}, 500)
SLOW_DOWN = Reply({"message": "slow down"}, 429, {"x-amzn-ErrorType": "ThrottlingException"})


@pytest.fixture(autouse=True)
def without_model_or_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERS_WITHOUT", "embedding,model")


def turn(question: str = "How long may books be returned?", seconds: float = 60.0, **fields: Any) -> Turn:
    return Turn(request_id="r", tenant="harbour", question=question, deadline=Deadline.after(seconds), **fields)


def answer(asked: Turn) -> Answer:
    return answer_pipeline(AnswerSettings.from_environment()).answer(asked)


def test_without_the_model_the_nearest_passages_are_quoted_with_their_places(services: Services, log_lines: LogLines):
    text = "Vouchers last a year.\n\nBooks may be returned within 30 days with the receipt [2]."
    services.hits = [hit("returns", text=text, page=3, pages=[[0, 3], [text.index("Books"), 4]])]
    services.script("model", DOWN)
    asked = turn()
    found = answer(asked)
    assert (found.outcome, found.grounded) == ("search-only", True)
    assert found.text == f"{SAID}\n“Books may be returned within 30 days with the receipt (2).” [1]"
    (citation,) = found.citations
    assert (citation.n, citation.document, citation.page, citation.score) == (1, "returns", 4, 0.9)
    assert citation.quote in text
    (line,) = [line for line in log_lines() if line["message"] == "turn"]
    assert (line["outcome"], line["degraded"]) == ("search-only", ["model"])


def test_three_passages_are_quoted_at_most_and_only_those_near_the_question(services: Services):
    services.similarity = 0.5
    texts = ["Books may be returned in spring.", "Mugs are washed by hand.", *[f"Books may be returned in week {n}." for n in range(3)]]
    services.hits = [hit("returns", position=n, title="Shop", text=text) for n, text in enumerate(texts)]
    services.script("model", DOWN)
    found = answer(turn("When may books be returned?"))
    assert [citation.n for citation in found.citations] == [1, 3, 4]
    assert "Mugs" not in found.text


def test_confidence_in_quotes_that_nobody_checked_rests_on_similarity_alone(services: Services):
    checked = answer(turn()).confidence
    services.script("model", DOWN)
    assert 0 < answer(turn()).confidence <= 0.3 < checked


def test_a_question_without_a_near_passage_is_refused_and_not_quoted_at(services: Services):
    services.similarity = 0.5
    services.script("model", DOWN)
    assert answer(turn("Who painted the ceiling of the chapel?")).outcome == "nothing-found"


@pytest.mark.parametrize("failure", [DOWN, SLOW_DOWN, Reply({}, cut=True)])
def test_no_model_answers_when_all_of_them_fail(services: Services, monkeypatch: pytest.MonkeyPatch, failure: Reply):
    monkeypatch.setenv("FALLBACK_MODELS", "second-model")
    services.script("model", failure)
    assert answer(turn()).outcome == "search-only"
    assert {each.path.split("/")[2] for each in services.asked["model"]} == {"test-model", "second-model"}


def test_a_turn_with_no_time_left_for_the_model_is_answered_from_the_search(services: Services):
    found = answer(turn(seconds=12.0))
    assert found.outcome == "search-only"
    assert not services.asked["model"]


def test_an_open_breaker_costs_the_caller_no_time(services: Services):
    services.script("model", DOWN)
    pipeline = answer_pipeline(AnswerSettings.from_environment())
    for _ in range(8):
        pipeline.answer(turn())
    asked = len(services.asked["model"])
    last = turn()
    assert pipeline.answer(last).outcome == "search-only"
    assert len(services.asked["model"]) == asked
    assert last.seconds["generate"] < 0.1


def test_a_model_that_refuses_us_is_a_fault_for_operators_and_not_hidden(services: Services):
    services.script("model", Reply({"message": "no access"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"}))
    with pytest.raises(DependencyRejected):
        answer(turn())


def test_without_vectors_the_words_find_the_passages_and_the_answer_says_so(services: Services):
    services.script("embedding", DOWN)
    asked = turn()
    found = answer(asked)
    assert (found.text, found.grounded) == ("Books may be returned within 30 days [1].", True)
    assert [citation.score for citation in found.citations] == [0.0]
    response = AnswerResponse.of(asked, found)
    assert response.degraded == ["embedding"]
    search, *others = services.asked["search"][0].body[1::2]
    assert not others
    assert "knn" not in json.dumps(search)
    assert search["query"]["bool"]["filter"][0]["bool"]["filter"][0] == {"term": {"tenant": "harbour"}}


def test_without_vectors_a_passage_that_shares_too_few_words_is_refused(services: Services):
    services.script("embedding", DOWN)
    assert answer(turn("Who painted the ceiling of the chapel?")).outcome == "nothing-found"


def test_without_vectors_and_model_the_words_find_what_is_quoted(services: Services):
    services.script("embedding", DOWN)
    services.script("model", DOWN)
    asked = turn()
    assert answer(asked).outcome == "search-only"
    assert asked.degraded == ["embedding", "model"]


@pytest.mark.parametrize("service", ["search", "registry"])
def test_no_answer_goes_without_the_search_or_the_registry(services: Services, service: str):
    """Without the registry, passages of replaced or deleted documents would be quoted."""
    services.script(service, DOWN)
    with pytest.raises(DependencyUnavailable) as raised:
        answer(turn())
    assert raised.value.dependency == service


@pytest.mark.parametrize("service", ["embedding", "model"])
def test_a_domain_may_prefer_no_answer(services: Services, monkeypatch: pytest.MonkeyPatch, service: str):
    others = {"embedding", "model"} - {service}
    monkeypatch.setenv("ANSWERS_WITHOUT", ",".join(others))
    services.script(service, DOWN)
    with pytest.raises(DependencyUnavailable):
        answer(turn())


@pytest.mark.parametrize(("down", "counted"), [([], 0), (["model"], 1), (["embedding"], 1), (["embedding", "model"], 1)])
def test_answers_without_a_service_are_counted(services: Services, capsys: pytest.CaptureFixture[str], down: Sequence[str], counted: int):
    for service in down:
        services.script(service, DOWN)
    metrics.clear_metrics()
    answer(turn())
    metrics.flush_metrics()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["DegradedAnswers"] for line in lines if "DegradedAnswers" in line] == [[counted]]
    assert sorted(line["dependency"] for line in lines if "DependencyFailed" in line) == sorted(down)


class Reader:
    """Reads along."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def retrieved(self, searched: str, passages: Sequence[FoundPassage]) -> None:
        self.shown.append(f"{len(passages)} passages")

    def shows(self, text: str) -> None:
        self.shown.append(text)


def test_a_stream_that_breaks_off_ends_with_quotes_in_place_of_what_was_read(services: Services):
    services.script("model", Reply(None, pieces=[piece("Books may be returned within 30 days [1]. Then the shop")]))
    reader = Reader()
    asked = turn(listener=reader)
    found = answer(asked)
    assert reader.shown[:2] == ["1 passages", "Books may be returned within 30 days [1]."]
    assert found.outcome == "search-only"
    assert asked.usage.output_tokens > 0
