import pytest

from causeway.retrieval.embedder import Embedder
from causeway.retrieval.generations import Embedding
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.loopback import VECTOR, Reply, Services

ENDPOINT = Embedding(provider="sagemaker", model="embedding")
TITAN = Embedding(provider="bedrock", model="amazon.titan-embed-text-v2:0")


def sagemaker(dimensions: int = 1024) -> Embedder:
    return Embedder.of(ENDPOINT.model_copy(update={"dimensions": dimensions}), Dependency("embedding", 1.5, 3.0, connect_seconds=0.5))


def test_the_endpoint_is_told_what_the_texts_are_for(services: Services):
    assert sagemaker().embed(["a question"], "query") == [VECTOR]
    assert services.asked["embedding"][0].body == {"inputs": ["a question"], "kind": "query"}


def test_many_texts_go_out_in_batches_and_come_back_in_order(services: Services):
    assert len(sagemaker().embed([str(n) for n in range(130)], "passage")) == 130
    assert [len(asked.body["inputs"]) for asked in services.asked["embedding"]] == [64, 64, 2]


def test_titan_takes_one_text_to_a_request(services: Services):
    vectors = Embedder.of(TITAN).embed(["a", "b", "c"], "passage")
    assert vectors == [VECTOR] * 3
    assert sorted(asked.body["inputText"] for asked in services.asked["titan"]) == ["a", "b", "c"]
    assert {(asked.body["dimensions"], asked.body["normalize"]) for asked in services.asked["titan"]} == {(1024, True)}


def test_a_throttled_endpoint_is_asked_again(services: Services):
    services.script("embedding", Reply({"Code": "ThrottlingException"}, 429), Reply({"embeddings": [VECTOR], "tokens": [1]}))
    assert sagemaker().embed(["x"], "query") == [VECTOR]
    assert len(services.asked["embedding"]) == 2


def test_an_endpoint_that_stays_throttled_is_reported_as_throttled(services: Services):
    services.script("embedding", Reply({"__type": "ThrottlingException"}, 429))
    with pytest.raises(Throttled, match="embedding"):
        sagemaker().embed(["x"], "query")


def test_a_container_that_refuses_its_input_is_not_asked_again(services: Services):
    headers = {"x-amzn-ErrorType": "ModelError"}
    services.script("embedding", Reply({"Message": "bad", "OriginalStatusCode": 400, "OriginalMessage": "bad"}, 424, headers))
    with pytest.raises(DependencyRejected):
        sagemaker().embed(["x"], "query")
    assert len(services.asked["embedding"]) == 1


def test_a_connection_that_breaks_is_unavailability(services: Services):
    services.script("embedding", Reply(None, cut=True))
    with pytest.raises(DependencyUnavailable):
        sagemaker().embed(["x"], "query", Deadline.after(2.0))


def test_a_vector_of_another_size_is_never_indexed(services: Services):
    services.script("embedding", Reply({"embeddings": [[1.0, 2.0]], "tokens": [1]}))
    with pytest.raises(DependencyUnavailable, match="1024"):
        sagemaker().embed(["x"], "query")


def test_of_an_endpoints_vector_as_many_dimensions_are_taken_as_the_model_has(services: Services):
    services.script("embedding", Reply({"embeddings": [[float(n) for n in range(1024)]], "tokens": [1]}))
    assert sagemaker(3).embed(["x"], "query") == [[0.0, 1.0, 2.0]]


def test_an_endpoint_of_fewer_dimensions_than_the_model_has_is_refused(services: Services):
    services.script("embedding", Reply({"embeddings": [[1.0, 2.0]], "tokens": [1]}))
    with pytest.raises(DependencyUnavailable, match="not of 3 dimensions"):
        sagemaker(3).embed(["x"], "query")


def test_titan_is_asked_for_the_models_dimensions(services: Services):
    services.script("titan", Reply({"embedding": [0.5] * 256}))
    assert Embedder.of(TITAN.model_copy(update={"dimensions": 256})).embed(["x"], "passage") == [[0.5] * 256]
    assert services.asked["titan"][0].body["dimensions"] == 256
