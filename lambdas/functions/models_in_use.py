"""Custom::EmbeddingModels: refuses a deployment without an embedding model that a living generation of the index needs.

It also notes by which model the first generation is embedded, so that nobody exchanges that one unseen. Deleting the resource changes
nothing. See docs/decisions/248-two-embedding-models.md.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from causeway.documents.reindexing.living import missing
from causeway.documents.reindexing.work import Rollouts
from causeway.retrieval.generations import Embedding, Generation
from causeway.runtime.clients import client
from causeway.runtime.custom_resource import Context, Outcome, answer
from causeway.runtime.dependencies import Dependency
from causeway.runtime.settings import Settings

REGISTRY = Dependency("registry", attempt_seconds=4.0, budget_seconds=30.0, connect_seconds=1.0)


class InUseSettings(Settings):
    registry_table: str


class Model(BaseModel):
    """As `Embedding` has it. CloudFormation hands numbers over as strings."""

    model_config = ConfigDict(alias_generator=to_pascal)

    name: str
    provider: Literal["sagemaker", "bedrock"]
    model: str
    dimensions: int
    version: str = ""


class Models(BaseModel):
    """models: of the environment, the first one first."""

    models: list[Model] = Field(alias="Models", min_length=1)


def handler(event: Mapping[str, Any], context: Context) -> None:
    """Answers CloudFormation's response URL, whatever happens."""
    delete = event["RequestType"] == "Delete"
    answer(event, context, lambda: Outcome(event["PhysicalResourceId"]) if delete else _check(event["ResourceProperties"]))


def _check(properties: Mapping[str, Any]) -> Outcome:
    """Raises ValueError with a sentence for each generation that would be without its model."""
    deployed = [Embedding(**each.model_dump()) for each in Models.model_validate(properties).models]
    table = InUseSettings.from_environment().registry_table
    first = Generation(**deployed[0].model_dump(), number=1)
    rollouts = Rollouts(client("dynamodb", **REGISTRY.patience), table, REGISTRY, first)
    if reasons := missing(rollouts.read(), deployed):
        raise ValueError(" ".join(reasons))
    rollouts.note()
    return Outcome("embedding-models")
