"""Custom::ModelArtifact: the embedding model's folder in the artifacts bucket, weights and code, before the endpoint is made.

Deleting the resource leaves the folder: a roll-back may still need the former revision.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from causeway.retrieval.artifact import Parts, assemble
from causeway.runtime.clients import client
from causeway.runtime.custom_resource import Context, Outcome, answer
from causeway.runtime.dependencies import Dependency
from causeway.runtime.settings import Settings

# One copy of a gigabyte answers only when it is done.
COPY_SECONDS = 600.0
STORAGE = Dependency("storage", attempt_seconds=COPY_SECONDS + 2, budget_seconds=840.0)


class ArtifactSettings(Settings):
    artifacts_bucket: str


class Artifact(BaseModel):
    """Where the parts are stored and the prefix they are copied to; prefixes end with a slash."""

    model_config = ConfigDict(alias_generator=to_pascal)

    weights_bucket: str = Field(min_length=3)
    weights_prefix: str = Field(pattern=r".+/$")
    code_bucket: str = Field(min_length=3)
    code_key: str = Field(min_length=1)
    prefix: str = Field(pattern=r".+/$")


def handler(event: Mapping[str, Any], context: Context) -> None:
    """Answers CloudFormation's response URL, whatever happens."""
    delete = event["RequestType"] == "Delete"
    answer(event, context, lambda: Outcome(event["PhysicalResourceId"]) if delete else _assemble(event["ResourceProperties"]))


def _assemble(properties: Mapping[str, Any]) -> Outcome:
    wanted = Artifact.model_validate(properties)
    bucket = ArtifactSettings.from_environment().artifacts_bucket
    parts = Parts(bucket=bucket, **wanted.model_dump())
    objects = STORAGE.call(lambda: assemble(client("s3", read=COPY_SECONDS), parts))
    return Outcome(wanted.prefix, {"Uri": f"s3://{bucket}/{wanted.prefix}", "Objects": str(objects)})
