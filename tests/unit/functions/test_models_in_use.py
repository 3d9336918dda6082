"""A deployment without an embedding model that a living generation needs is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from causeway.documents.reindexing.course import started
from causeway.documents.reindexing.work import Rollouts
from causeway.retrieval.generations import Generation, Live
from causeway.runtime.clients import client
from functions import models_in_use
from tests.unit.functions.recording import Context, Recording, event
from tests.unit.loopback import TABLE, Services

FIRST = {"Name": "first", "Provider": "sagemaker", "Model": "embedding", "Dimensions": "1024", "Version": "1-abc"}
SMALL = {"Name": "small", "Provider": "sagemaker", "Model": "embedding-small", "Dimensions": "64", "Version": "1-def"}
OTHER = Generation(number=9, provider="bedrock", model="never")


@pytest.fixture
def server(services: Services) -> Iterator[Recording]:
    recording = Recording(lambda method, path: (200, {}))
    yield recording
    recording.close()


def rollouts() -> Rollouts:
    return Rollouts(client("dynamodb"), TABLE, models_in_use.REGISTRY, OTHER)


def deploy(server: Recording, *models: dict[str, Any], kind: str = "Update") -> dict[str, Any]:
    """CloudFormation's answer."""
    models_in_use.handler(event(server.url, kind, {"Models": list(models)}, "embedding-models"), Context())
    answered: dict[str, Any] = server.of("PUT", "/response")[-1]
    return answered


def test_the_first_deployment_notes_by_which_model_passages_are_embedded(server: Recording) -> None:
    assert deploy(server, FIRST, SMALL, kind="Create")["Status"] == "SUCCESS"
    serving = rollouts().read().live.serving
    assert (serving.number, serving.model, serving.dimensions, serving.version) == (1, "embedding", 1024, "1-abc")
    assert deploy(server, FIRST)["Status"] == "SUCCESS"
    assert rollouts().read().changes == 1


@pytest.mark.parametrize(
    ("models", "why"),
    [
        ([SMALL], "sagemaker embedding with 1024 dimensions, which would be gone"),
        ([SMALL, FIRST | {"Dimensions": "512"}], "which would be gone"),
        ([FIRST | {"Version": "2-abc"}], "version 2-abc would embed questions otherwise than its passages"),
    ],
)
def test_the_model_that_answers_cannot_go_nor_be_exchanged(server: Recording, models: list[dict[str, Any]], why: str) -> None:
    deploy(server, FIRST, kind="Create")
    answered = deploy(server, *models)
    assert answered["Status"] == "FAILED"
    assert "Generation 1 of the index lives" in answered["Reason"]
    assert why in answered["Reason"]
    assert "Keep it in models.embedding, or in models.embedding_beside" in answered["Reason"]
    assert rollouts().read().live.serving.model == "embedding"


def test_during_a_re_index_both_models_stay_and_afterwards_either_section_may_have_the_new_one(server: Recording) -> None:
    deploy(server, FIRST, SMALL, kind="Create")
    to = {"provider": "sagemaker", "model": "embedding-small", "dimensions": 64, "name": "small", "version": "1-def"}
    making = rollouts().change(lambda row: started(row, to, datetime.now(UTC)))
    assert making.work
    assert deploy(server, FIRST)["Status"] == "FAILED"
    new = making.work.to
    for live, gone in ((Live(serving=making.work.former, beside=new), FIRST), (Live(serving=new, beside=making.work.former), SMALL)):
        done = making.work.model_copy(update={"step": "shifting"})
        rollouts().change(lambda row, live=live, done=done: row.model_copy(update={"live": live, "work": done}))
        left = [each for each in (FIRST, SMALL) if each != gone]
        assert deploy(server, *left)["Status"] == "FAILED"
        assert deploy(server, SMALL, FIRST)["Status"] == "SUCCESS"
    rollouts().change(lambda row: row.model_copy(update={"live": Live(serving=new)}))
    assert deploy(server, SMALL)["Status"] == "SUCCESS"


def test_a_generation_that_was_noted_without_a_version_is_taken_for_the_one_that_is_deployed(server: Recording) -> None:
    old = Generation(number=1, provider="sagemaker", model="embedding")
    rollouts().change(lambda row: row.model_copy(update={"live": Live(serving=old)}))
    assert deploy(server, FIRST)["Status"] == "SUCCESS"


def test_deleting_the_resource_changes_nothing(server: Recording) -> None:
    assert deploy(server, SMALL, kind="Delete")["Status"] == "SUCCESS"
    assert rollouts().read().changes == 0
