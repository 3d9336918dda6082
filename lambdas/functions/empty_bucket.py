"""Custom::EmptiedBucket: empties a bucket when its stack is deleted, since CloudFormation deletes no bucket that holds something.

Made, changed or replaced, the resource touches nothing; nor when it is taken out of a template that stays.
"""

import logging
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from causeway.runtime.clients import client
from causeway.runtime.custom_resource import Context, Outcome, answer
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.emptying import empty
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled

logger = logging.getLogger(__name__)
# The second is the roll-back of a stack that never came to be: all that it made is deleted, and it held nothing before.
ENDING = ("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
# S3 takes a thousand deletions in some seconds.
STORAGE = Dependency("storage", attempt_seconds=30.0, budget_seconds=200.0, attempts=8, cap_seconds=20.0)
# Rights of a role made a moment ago may still be spreading, so a refusal is no last word.
STACKS = Dependency(
    "deployment",
    attempt_seconds=10.0,
    budget_seconds=90.0,
    retries=(Throttled, DependencyUnavailable, DependencyRejected),
    attempts=10,
    base_seconds=1.0,
    cap_seconds=10.0,
)
SECONDS_TO_ANSWER = 15.0  # kept back from the function's timeout


class Held(BaseModel):
    bucket: str = Field(alias="Bucket", min_length=3)


def handler(event: Mapping[str, Any], context: Context) -> None:
    """Answers CloudFormation's response URL, whatever happens."""
    answer(event, context, lambda: _outcome(event, context))


def _outcome(event: Mapping[str, Any], context: Context) -> Outcome:
    bucket = Held.model_validate(event["ResourceProperties"]).bucket
    if event["RequestType"] != "Delete":
        return Outcome(bucket)
    deadline = Deadline.before_end(context, SECONDS_TO_ANSWER)
    status = STACKS.call(lambda: _status(event["StackId"]), deadline)
    if status in ENDING:
        logger.info("%d things were in %s", empty(client("s3", **STORAGE.patience), bucket, STORAGE, deadline), bucket)
    else:
        logger.warning("%s is left as it is: its stack is in %s", bucket, status)
    return Outcome(event["PhysicalResourceId"])


def _status(stack: str) -> str:
    (found,) = client("cloudformation", **STACKS.patience).describe_stacks(StackName=stack)["Stacks"]
    return str(found["StackStatus"])
