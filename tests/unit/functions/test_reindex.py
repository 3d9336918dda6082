"""The function of a re-index, as its workflow and an operator call it."""

import json
from typing import Any

import pytest

from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, SECOND, TABLE, Cloud, Context, module, queue

PACE = {"WRITERS_SECONDS": "5", "SETTLE_SECONDS": "0", "STEP_SECONDS": "5", "LOOK_SECONDS": "1", "KEPT_SECONDS": "60"}


@pytest.fixture
def reindex(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls it with an event, and takes from its answer what JSON keeps."""
    for name, value in {**PACE, "SEARCH_PIPELINE": "hybrid", "SEGMENTS": "2", "TO_READ": queue("to-read")}.items():
        monkeypatch.setenv(name, value)
    function = module("reindex")
    monkeypatch.setattr(function, "Embedder", type("Embedders", (), {"of": lambda *_: cloud.embedder()}))
    for cached in ("settings", "rollouts", "rate", "loads"):
        getattr(function, cached).cache_clear()
    return lambda **event: json.loads(json.dumps(function.handler(event, Context())))


def test_what_it_says_is_next_is_what_it_takes_when_that_is_done(cloud: Cloud, reindex: Any) -> None:
    for name, text in (("returns.md", FIRST), ("gifts.md", SECOND)):
        cloud.run(cloud.upload(name, text))
    assert reindex(do="start")["work"]["to"]["number"] == 2
    made = reindex(do="look", did="nothing", questions=[])
    assert (made["do"], made["setup"]["Do"], made["setup"]["Generation"]) == ("make", "make", 2)
    assert reindex(do="look", did="made", questions=[])["do"] == "wait"
    fill = reindex(do="look", did="waited", questions=[])
    assert (fill["do"], len(fill["segments"])) == ("fill", 2)
    over = [reindex(**segment) for segment in fill["segments"]]
    assert [each["over"] for each in over] == [True, True]
    following = reindex(do="look", did="filled", sums=[each["sums"] for each in over], questions=[])
    assert (following["do"], following["work"]["filled"]["written"]) == ("wait", 2)
    assert cloud.both("gifts.md")[0] == cloud.both("gifts.md")[1]
    assert reindex(do="status")["work"]["step"] == "filling"


def test_a_portion_goes_on_where_a_call_ended(cloud: Cloud, reindex: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        cloud.run(cloud.upload(f"{number}.md", FIRST + str(number).encode()))
    monkeypatch.setattr("causeway.documents.ingestion.registry.ROWS_AT_ONCE", 2)
    reindex(do="start")
    reindex(do="look", did="made")
    (segment, _) = reindex(do="look", did="waited")["segments"]
    event, calls = {**segment, "of": 1}, 0
    monkeypatch.setattr(module("reindex"), "SECONDS_FOR_A_PORTION", 200.0)
    while not event["over"]:
        context = Context()
        context.seconds = 205.02  # enough for one portion, and no more
        event, calls = json.loads(json.dumps(module("reindex").handler(event, context))), calls + 1
        assert calls < 10
    assert calls > 1
    assert event["sums"]["written"] == 5
    assert all(cloud.both(f"{number}.md")[1] for number in range(5))


def test_an_operator_is_told_in_a_sentence_what_cannot_be_done(cloud: Cloud, reindex: Any) -> None:
    with pytest.raises(ValueError, match=r"There is no chunking 'tiny'; there are small, standard\."):
        reindex(do="start", chunking="tiny")
    with pytest.raises(ValueError, match="no former generation to go back to"):
        reindex(do="back")
    reindex(do="start", chunking="small")
    with pytest.raises(ValueError, match="is not over"):
        reindex(do="start")
    with pytest.raises(ValueError, match="No former generation is kept"):
        reindex(do="finish")
    assert reindex(do="back")["work"]["step"] == "returning"


BESIDE = {"embedding_name": "titan", "embedding_provider": "bedrock", "embedding_model": "titan", "embedding_dimensions": "256"}


def test_a_re_index_to_another_model_makes_an_index_of_its_dimensions(cloud: Cloud, reindex: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"no embedding model 'titan'; there are first\. A new one goes into models\.embedding_beside\."):
        reindex(do="start", model="titan")
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps(BESIDE))
    module("reindex").settings.cache_clear()
    with pytest.raises(ValueError, match="Generation 1 answers by first already"):
        reindex(do="start", model="first")
    to = reindex(do="start", model="titan")["work"]["to"]
    assert (to["name"], to["provider"], to["dimensions"], to["chunking"]) == ("titan", "bedrock", 256, "standard")
    setup = reindex(do="look", did="nothing", questions=[])["setup"]
    assert (setup["Model"], setup["Dimensions"], setup["Chunking"]) == ("titan-256", 256, "standard")


def test_each_model_has_its_own_quota(cloud: Cloud, reindex: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps({**BESIDE, "texts_a_minute": "600"}))
    settings, rate = module("reindex").settings, module("reindex").rate
    settings.cache_clear()
    first, titan = (each.embedding for each in settings().by_model)
    assert rate(first) is None
    rate(titan).take(6, 10)
    rows = client("dynamodb").scan(TableName=TABLE)["Items"]
    assert [each["document_id"]["S"] for each in rows if each["tenant"]["S"] == "#rate"] == ["embedding titan"]


def test_a_portion_of_a_re_index_that_was_returned_from_writes_nothing(cloud: Cloud, reindex: Any) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    reindex(do="start")
    reindex(do="look", did="made")
    (segment, _) = reindex(do="look", did="waited")["segments"]
    reindex(do="back")
    assert reindex(**{**segment, "generation": 4})["over"]
    assert cloud.both("returns.md")[1] == {}


def test_a_lost_index_is_made_anew_of_what_is_stored(cloud: Cloud, reindex: Any) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    whole = cloud.indexed("returns.md")
    cloud.engine.passages.clear()
    assert reindex(do="rebuild")["work"]["to"]["number"] == 1
    made = reindex(do="look", did="nothing", questions=[])
    own = {"Model": "embedding-1024", "Dimensions": 1024, "Chunking": "standard", "OwnIndex": []}
    assert (made["do"], made["setup"]) == ("remake", {"Kind": "Generation", "Do": "remake", "Generation": 1, **own})
    fill = reindex(do="look", did="made", questions=[])
    for _ in range(2):
        over = [reindex(**segment) for segment in fill["segments"]]
        ended = reindex(do="look", did="filled", sums=[each["sums"] for each in over], questions=[])
        fill = reindex(do="look", did="waited", questions=[]) if ended["do"] == "wait" else ended
    assert (ended["do"], ended["work"]["outcome"]) == ("end", "rebuilt")
    assert cloud.indexed("returns.md") == whole != {}
