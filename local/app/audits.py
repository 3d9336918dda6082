"""Audit records of the local deployment, and the keys that their words are hashed by, as an auditor with rights to both reads them."""

import json
from collections.abc import Mapping
from typing import Any

from causeway.agents.auditing import object_key
from causeway.agents.recorded import Recorded
from causeway.conversations.items import item_key
from causeway.conversations.keys import META
from local.app.aws import client, parameter


def stored(run: Recorded) -> Mapping[str, Any] | None:
    """None while there is none: the turn has not ended, or its record is still to be written."""
    storage = client("s3")
    try:
        found = storage.get_object(Bucket=parameter("data/audit-bucket"), Key=object_key(run))
    except storage.exceptions.NoSuchKey:
        return None
    record: Mapping[str, Any] = json.loads(found["Body"].read())
    return record


def key_of(run: Recorded) -> str:
    """Of the run's conversation, or of the run; "" when it is gone."""
    if run.session_id is None:
        return run.progress.begun.key
    name = parameter("assistant/answer-function")
    table = client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]["MEMORY_TABLE"]
    item = client("dynamodb").get_item(TableName=table, Key=item_key(run.owner, run.session_id, META)).get("Item", {})
    return str(item.get("key", {}).get("S", ""))
