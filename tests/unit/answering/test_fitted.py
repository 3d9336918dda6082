"""Two embedding models: each answer is judged by what was calibrated for the one that found its passages."""

import json
from typing import Any

import pytest

from causeway.answering.assembly import answer_pipeline
from causeway.answering.experiments import Change
from causeway.answering.settings import AnswerSettings
from causeway.answering.switched import changed
from causeway.answering.turn import Turn
from causeway.retrieval.generations import ROW, Embedding, Generation, Live
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.switches import Positions
from tests.unit.loopback import CONFIDENCE, TABLE, TENANT, VECTOR, Reply, Services, converse, hit

FIRST = Generation(number=1, provider="sagemaker", model="embedding")
SMALL = Generation(number=2, provider="sagemaker", model="small", dimensions=3, name="small")
SURE = json.dumps({"intercept": 9, "weights": {}, "thresholds": {"default": {"answer": 0.9, "verify": 0.5}}})
UNSURE = json.dumps({"intercept": -9, "weights": {}, "thresholds": {"default": {"answer": 0.9, "verify": 0.0}}})
BESIDE = {"embedding_name": "small", "embedding_model": "small", "embedding_dimensions": "3", "search_pipeline": "hybrid-small"}


@pytest.fixture(autouse=True)
def two_models(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.hits = [hit("attic", text="The attic holds maps of the sea.")]
    services.keep("attic")
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps({**BESIDE, "least_similarity": "0.95", "embedding_languages": "en,de"}))


def live(serving: Generation, beside: Generation | None = None, share: int = 0) -> None:
    row = Live(serving=serving, beside=beside, share=share).model_dump_json()
    client("dynamodb").put_item(TableName=TABLE, Item={**ROW, "live": {"S": row}})


def asked(question: str = "Which book was sold yesterday?") -> Turn:
    turn = Turn("r", TENANT, question, Deadline.after(60))
    answer_pipeline(AnswerSettings.from_environment()).answer(turn)
    return turn


def test_a_passage_that_is_near_for_one_model_is_not_for_the_other(services: Services) -> None:
    """Its similarity is 0.9; the floors are 0.6 and 0.95."""
    live(FIRST, SMALL)
    assert asked().outcome != "nothing-found"
    live(FIRST, SMALL, share=100)
    assert asked().outcome == "nothing-found"
    assert services.asked["embedding"][-1].path == "/endpoints/small/invocations"
    searched = [query["knn"]["embedding"]["vector"] for query in _queries(services) if "knn" in query]
    assert {len(vector) for vector in searched} == {len(VECTOR), 3}


def _queries(services: Services) -> list[dict[str, Any]]:
    return [line["query"] for each in services.asked["search"] for line in each.body if "query" in line]


def test_how_sure_an_answer_is_depends_on_the_model_that_found_its_passages(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIDENCE", SURE)
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps({**BESIDE, "least_similarity": "0.6", "confidence": UNSURE}))
    services.script("model", Reply(converse("The attic holds maps of the sea [1].")))
    sure, unsure = [_confidence(services, share) for share in (0, 100)]
    assert (sure, unsure) == (0.99, 0.01)


def _confidence(services: Services, share: int) -> float:
    live(FIRST, SMALL, share)
    turn = asked("What does the attic hold?")
    assert turn.answer
    assert turn.answer.outcome == "answered"
    return turn.answer.confidence


def test_a_function_without_the_new_model_answers_by_the_one_it_has(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """As while functions are deployed one after the other, and after a roll-back of one of them."""
    monkeypatch.delenv("EMBEDDING_BESIDE")
    for serving, beside, share in ((FIRST, SMALL, 100), (SMALL, FIRST, 0)):
        live(serving, beside, share)
        assert {passage.generation for passage in asked().passages} == {1}
    assert {each.path for each in services.asked["embedding"]} == {"/endpoints/embedding/invocations"}


def test_an_experiment_changes_what_it_changes_with_either_model() -> None:
    settings = changed(AnswerSettings.from_environment(), Positions(), Change(least_similarity=0.7))
    assert [each.least_similarity for each in settings.by_model] == [0.7, 0.7]
    assert [each.embedding_languages for each in settings.by_model] == [("en",), ("en", "de")]


def test_what_is_not_measured_for_the_second_model_is_not_taken_from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEAR_MARGIN", "0.3")
    monkeypatch.setenv("CONFIDENCE", CONFIDENCE)
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps({**BESIDE, "clear_margin": None}))
    settings = AnswerSettings.from_environment()
    assert [each.clear_margin for each in settings.by_model] == [0.3, None]
    assert settings.with_model(SMALL).embedding == Embedding(provider="sagemaker", model="small", dimensions=3, name="small")
    with pytest.raises(DependencyUnavailable, match="this function knows first, small, and not gone-1024"):
        settings.with_model(Embedding(provider="sagemaker", model="gone"))
