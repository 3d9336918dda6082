"""How records about the account are kept: for years, and where they have a lock, by whoever wants them gone as well."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from stacks.data.access_logs import LOCKS

DAYS_A_YEAR = 366
COLD_AFTER_DAYS = 90


def records(years: int, lock: str | None) -> dict[str, Any]:
    """What such a bucket and its copy are given. lock: governance or compliance; None for a service that writes to no locked bucket."""
    days = Duration.days(years * DAYS_A_YEAR)
    cold = s3.Transition(storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transition_after=Duration.days(COLD_AFTER_DAYS))
    rule = s3.LifecycleRule(
        expiration=days,
        noncurrent_version_expiration=Duration.days(1) if lock else days,
        abort_incomplete_multipart_upload_after=Duration.days(7),
        transitions=[cold],
    )
    locked = {"object_lock_enabled": True, "object_lock_default_retention": LOCKS[lock](days)} if lock else {}
    return {"lifecycle_rules": [rule], **locked}
