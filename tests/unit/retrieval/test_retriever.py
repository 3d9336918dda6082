from collections.abc import Sequence
from typing import Any

import pytest

from causeway.retrieval.current_versions import CurrentVersions
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.generations import Embedding
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.queries import passage_search
from causeway.retrieval.retriever import Retrieval, Retriever
from causeway.retrieval.scope import Scope
from causeway.retrieval.searcher import Searcher
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.search import search_client
from tests.unit.loopback import TABLE, TENANT, Reply, Services, hit

HYBRID = passage_search("hybrid", Scope(TENANT, closed=()), "returns?", [0.0], size=5, indexes=Indexes("passages"), pipeline="hybrid")


def retrieve(services: Services, top_k: int = 5, tenant: str = TENANT, parts: Sequence[str] = ()) -> Retrieval:
    search = Dependency("search", 0.5, 2.0, base_seconds=0.01)
    registry = Dependency("registry", 1.0, 2.0, connect_seconds=0.5, base_seconds=0.01)
    model = Embedding(provider="sagemaker", model="embedding")
    embedder = Embedder.of(model, Dependency("embedding", 1.0, 2.0, connect_seconds=0.5))
    searcher = Searcher(search_client(services.url, timeout=0.25), Indexes("passages"), "hybrid", search)
    versions = CurrentVersions(client("dynamodb", **registry.patience), TABLE, registry)
    return Retriever(embedder, searcher, versions).retrieve(Scope(tenant, closed=()), "returns?", top_k, Deadline.after(8), parts)


def test_a_passage_carries_its_place_and_its_similarity(services: Services):
    services.hits = [hit("returns", page=3, text="Within 30 days.")]
    passage = retrieve(services).passages[0]
    assert (passage.document_id, passage.page, passage.similarity) == ("returns", 3, 0.9)


def test_one_round_trip_answers_the_hybrid_search_and_its_similarities(services: Services):
    retrieve(services)
    assert len(services.asked["search"]) == 1
    lines = services.asked["search"][0].body
    assert lines[1]["search_pipeline"] == "hybrid"
    assert lines[3]["_source"] is False


def test_the_search_is_signed(services: Services):
    retrieve(services)
    assert "/us-east-1/es/aws4_request" in services.asked["search"][0].headers["authorization"]


def test_a_passage_of_a_replaced_version_is_dropped(services: Services):
    services.hits = [hit("returns", version="v0"), hit("returns", version="v1", position=1)]
    found = retrieve(services)
    assert [passage.version for passage in found.passages] == ["v1"]
    assert (found.stale, found.rounds) == (1, 1)


def test_a_document_with_only_stale_hits_is_searched_for_again(services: Services):
    services.hits = [hit("returns", version="v0", position=n) for n in range(20)]
    fresh = {"status": 200, "hits": {"hits": [hit("returns", version="v1")]}}
    old = {"status": 200, "hits": {"hits": services.hits}}
    services.script("search", Reply({"responses": [old, old]}), Reply({"responses": [fresh, fresh]}))
    found = retrieve(services)
    assert [passage.version for passage in found.passages] == ["v1"]
    again = services.asked["search"][1].body[1]["query"]["hybrid"]["queries"][0]["bool"]["filter"][0]["bool"]
    assert len(again["must_not"]) == 1


def test_searching_again_ends(services: Services):
    old = {"status": 200, "hits": {"hits": [hit("returns", version="v0")]}}
    services.script("search", Reply({"responses": [old, old]}))
    found = retrieve(services)
    assert (list(found.passages), found.rounds) == ([], 3)


def test_a_deleted_document_disappears_without_another_search(services: Services):
    services.forget("returns")
    found = retrieve(services)
    assert (list(found.passages), found.rounds) == ([], 1)


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_a_document_on_its_way_out_is_not_used(services: Services, state: str):
    services.keep("returns", state=state)
    assert not retrieve(services).passages


def test_passages_of_equal_content_are_given_once(services: Services):
    services.hits = [hit("returns", content_hash="same"), hit("returns", position=1, content_hash="same"), hit("returns", position=2)]
    assert [passage.position for passage in retrieve(services).passages] == [0, 2]


@pytest.mark.parametrize(("top_k", "candidates"), [(1, 20), (5, 20), (12, 48), (20, 80)])
def test_more_candidates_are_searched_for_than_the_answer_will_use(services: Services, top_k: int, candidates: int):
    services.hits = [hit("returns", position=n) for n in range(100)]
    retrieve(services, top_k)
    assert [services.asked["search"][0].body[line]["size"] for line in (1, 3)] == [candidates, candidates]


def test_every_candidate_comes_back_for_a_reranker_to_choose_from(services: Services):
    services.hits = [hit("returns", position=n) for n in range(10)]
    assert [passage.position for passage in retrieve(services, top_k=2).passages] == list(range(10))


def test_the_first_passage_leads_by_the_scores_of_one_hybrid_search(services: Services):
    services.hits = [hit("returns", position=n) | {"_score": score} for n, score in enumerate((0.9, 0.7, 0.1))]
    assert retrieve(services).lead == pytest.approx(0.2)
    services.hits = services.hits[:1]
    assert retrieve(services).lead is None


def test_a_question_of_parts_is_searched_for_whole_and_in_parts_in_one_round_trip(services: Services):
    one, two, three = (
        {"status": 200, "hits": {"hits": [hit("returns", position=n) for n in places]}} for places in ((0, 1, 2), (3, 0), (4, 5))
    )
    near = {"status": 200, "hits": {"hits": []}}
    services.script("search", Reply({"responses": [one, near, two, near, three, near]}))
    found = retrieve(services, parts=("first?", "second?"))
    assert [passage.position for passage in found.passages] == [0, 3, 4, 1, 5, 2]
    assert found.lead is None
    assert len(services.asked["search"]) == len(services.asked["embedding"]) == 1
    assert services.asked["embedding"][0].body["inputs"] == ["returns?", "first?", "second?"]


@pytest.mark.parametrize(("top_k", "of_each"), [(5, 20), (20, 26)])
def test_the_candidates_of_all_parts_are_at_most_those_of_one_question(services: Services, top_k: int, of_each: int):
    retrieve(services, top_k, parts=("first?", "second?"))
    assert [line["size"] for line in services.asked["search"][0].body[1::2]] == [of_each] * 6


def test_another_tenants_passages_are_not_found(services: Services):
    services.keep("returns", tenant="lantern")
    assert retrieve(services).passages
    assert not retrieve(services, tenant="lantern").passages


def test_a_tenant_without_documents_costs_no_registry_call(services: Services):
    services.hits = []
    assert not retrieve(services).passages
    assert not services.asked["registry"]


def test_the_registry_is_read_consistently_for_the_tenant_alone(services: Services):
    retrieve(services)
    request = services.asked["registry"][0].body["RequestItems"][TABLE]
    assert request["ConsistentRead"] is True
    assert {key["tenant"]["S"] for key in request["Keys"]} == {"harbour"}


PART = {"total": 2, "successful": 1, "skipped": 0, "failed": 1, "failures": [{"shard": 1, "reason": {"type": "node_closed_exception"}}]}


@pytest.mark.parametrize("lost", [{"_shards": PART}, {"timed_out": True}], ids=["a shard failed", "timed out"])
@pytest.mark.parametrize("place", [0, 1], ids=["the hybrid search", "the similarities"])
def test_an_answer_from_a_part_of_the_passages_is_asked_for_again_and_never_used(services: Services, lost: dict[str, Any], place: int):
    whole = services.reply("search", HYBRID).body
    responses = [response | lost if n == place else response for n, response in enumerate(whole["responses"])]
    services.script("search", Reply({"responses": responses}), Reply(whole))
    assert retrieve(services).passages
    assert len(services.asked["search"]) == 2
    services.script("search", Reply({"responses": responses}))
    with pytest.raises(DependencyUnavailable, match=r"search unavailable: (1 of 2 shards failed|the search timed out)"):
        retrieve(services)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply({"error": "busy"}, 429), Throttled),
        (Reply({"error": "down"}, 503), DependencyUnavailable),
        (Reply(None, cut=True), DependencyUnavailable),
        (Reply({}, seconds=1.0), DependencyUnavailable),
        (Reply({"error": {"type": "security_exception"}, "status": 403}, 403), DependencyRejected),
        (Reply({"responses": [{"error": {"type": "rejected_execution_exception"}, "status": 429}]}), Throttled),
        (Reply({"responses": [{"error": {"type": "index_not_found_exception"}, "status": 404}]}), DependencyRejected),
    ],
)
def test_failures_of_the_search_are_told_apart(services: Services, reply: Reply, expected: type[Exception]):
    services.script("search", reply)
    with pytest.raises(expected, match="search"):
        retrieve(services)


def test_keys_that_the_registry_left_out_are_asked_for_again(services: Services):
    keys = {TABLE: {"Keys": [{"tenant": {"S": "harbour"}, "document_id": {"S": "returns"}}]}}
    item = {"document_id": {"S": "returns"}, "current_version": {"S": "v1"}, "state": {"S": "ready"}}
    services.script("registry", Reply({"Responses": {TABLE: []}, "UnprocessedKeys": keys}), Reply({"Responses": {TABLE: [item]}}))
    assert retrieve(services).passages
    assert len(services.asked["registry"]) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"Responses": {"registry-table": [', headers={"Content-Length": "900"}),
        Reply(b"<html>a page of a proxy</html>"),
        Reply({"Responses": {}}),
        Reply({"__type": "InternalServerError"}, 500),
    ],
    ids=["broken off", "no JSON", "another table", "a server error"],
)
def test_a_registry_that_does_not_answer_whole_makes_no_document_disappear(services: Services, reply: Reply):
    services.script("registry", reply)
    with pytest.raises(DependencyUnavailable, match="registry"):
        retrieve(services)
