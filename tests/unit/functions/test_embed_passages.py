import json
from typing import Any

import pytest

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.lines import passages_in
from causeway.runtime.clients import client
from causeway.runtime.errors import Throttled
from tests.unit.documents.cloud import DOCUMENTS, Cloud, call, module
from tests.unit.loopback import Reply, Services


@pytest.fixture
def read(cloud: Cloud, services: Services) -> dict[str, Any]:
    """The execution's object of a document that was read; only the embedding endpoint is a real server."""
    for cached in (module("embed_passages").settings, module("embed_passages").embedder):
        cached.cache_clear()
    content = b"".join(b"# Part %d\n\nWords of part %d.\n\n" % (number, number) for number in range(70))
    return call("read_document", call("register_document", cloud.upload("guide.md", content)))


def test_every_passage_gets_a_vector_in_its_place(read: dict[str, Any], services: Services) -> None:
    embedded = call("embed_passages", read)
    lines = client("s3").get_object(Bucket=DOCUMENTS, Key=embedded["embeddings_key"])["Body"].read().splitlines()
    assert len(lines) == read["passages"] == 70
    assert len(json.loads(lines[0])) == 1024
    sent = [text for asked in services.asked["embedding"] for text in asked.body["inputs"]]
    passages = client("s3").get_object(Bucket=DOCUMENTS, Key=read["passages_key"])["Body"].read()
    assert sent == [embedding_text(passage) for passage in passages_in(passages)]
    assert sent[3] == "Part 0 > Part 3\nWords of part 3."


def test_passages_are_embedded_as_passages_in_batches_the_endpoint_takes(read: dict[str, Any], services: Services) -> None:
    call("embed_passages", read)
    assert {asked.body["kind"] for asked in services.asked["embedding"]} == {"passage"}
    assert [len(asked.body["inputs"]) for asked in services.asked["embedding"]] == [64, 6]


def test_a_busy_endpoint_throttles_the_task_by_name(read: dict[str, Any], services: Services) -> None:
    services.script("embedding", Reply({"message": "slow down"}, status=429))
    with pytest.raises(Throttled, match="embedding"):
        call("embed_passages", read)
