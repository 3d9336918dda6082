"""Which snapshots are taken of the passages, where they are kept and for how long. See docs/operations/recovery.md."""

from dataclasses import dataclass
from typing import Any

from causeway.retrieval.schema import PATTERN, Body

REPOSITORY = "causeway"


@dataclass(frozen=True)
class Policy:
    """When snapshots are taken and old ones deleted, as cron in UTC; how old they may become, and how many are kept however old."""

    name: str
    taken: str
    deleted: str
    kept: str
    least: int


# No policy takes a snapshot while another one deletes: a repository does one thing at a time.
POLICIES = (
    Policy("causeway-hourly", taken="0 * * * *", deleted="20 * * * *", kept="2d", least=3),
    Policy("causeway-daily", taken="30 3 * * *", deleted="40 3 * * *", kept="30d", least=7),
)


def repository(bucket: str, region: str, role: str) -> Body:
    """The body of `PUT _snapshot/causeway`. role: the ARN of the role by which the service reads and writes the bucket."""
    return {"type": "s3", "settings": {"bucket": bucket, "region": region, "role_arn": role, "base_path": "passages"}}


def policy(of: Policy) -> dict[str, Any]:
    """The body of `POST _plugins/_sm/policies/NAME`. A snapshot that lacks a shard counts as failed."""
    return {
        "description": f"Passages; kept for {of.kept}",
        "enabled": True,
        "creation": {"schedule": _cron(of.taken), "time_limit": "1h"},
        "deletion": {"schedule": _cron(of.deleted), "condition": {"max_age": of.kept, "min_count": of.least}, "time_limit": "1h"},
        "snapshot_config": {
            "repository": REPOSITORY,
            "indices": PATTERN,
            "date_format": "yyyy-MM-dd-HH-mm",
            "timezone": "UTC",
            "ignore_unavailable": True,
            "include_global_state": False,
            "partial": False,
        },
    }


def _cron(expression: str) -> Body:
    return {"cron": {"expression": expression, "timezone": "UTC"}}
